//! The industries of the members, what each of them buys, and the words in their names.

/// A class of GB/T 4754-2017 with its appetite.
#[derive(Debug)]
pub struct Industry {
    /// The four digits of the class.
    pub class: &'static str,
    /// The name of the class.
    pub name: &'static str,
    /// Its share among the members.
    pub weight: f64,
    /// Trades that names of such companies end with, before the legal form.
    pub trades: &'static [&'static str],
    /// How much of each category it buys, in the order of [`super::goods::CATEGORIES`]; only proportions matter.
    pub affinity: [u8; 12],
}

const fn industry(class: &'static str, name: &'static str, weight: f64, trades: &'static [&'static str], affinity: [u8; 12]) -> Industry {
    Industry { class, name, weight, trades, affinity }
}

/// The classes the marketplace serves.
#[rustfmt::skip]
pub static INDUSTRIES: &[Industry] = &[
    //                                                                                      brg fst cut sns cbl pmp lub ppe pkg ele pne adh
    industry("3451", "滚动轴承制造", 6.0, &["轴承", "轴承制造", "精密轴承"],                  [ 1,  3, 10,  4,  2,  1,  9,  5,  6,  3,  3,  1]),
    industry("3453", "齿轮及齿轮减、变速箱制造", 5.0, &["传动机械", "齿轮", "减速机"],        [ 9,  6, 10,  3,  2,  1,  8,  4,  3,  3,  2,  2]),
    industry("3482", "紧固件制造", 6.0, &["紧固件", "标准件", "五金制品"],                    [ 2,  1,  9,  2,  2,  1,  8,  6,  9,  3,  2,  1]),
    industry("3321", "切削工具制造", 4.0, &["工具", "刃具", "精密工具"],                      [ 4,  3,  5,  4,  2,  1,  8,  5,  5,  4,  2,  2]),
    industry("3421", "金属切削机床制造", 5.0, &["机床", "数控机床", "数控装备"],              [ 9,  8,  7,  8,  7,  3,  6,  3,  2,  9,  6,  2]),
    industry("3441", "泵及真空设备制造", 4.0, &["泵业", "流体设备", "真空设备"],              [ 9,  7,  7,  5,  3,  4,  4,  3,  3,  6,  2,  4]),
    industry("3443", "阀门和旋塞制造", 4.0, &["阀门", "阀业", "流体控制"],                    [ 3,  8,  8,  4,  2,  5,  4,  3,  4,  3,  5,  3]),
    industry("3511", "矿山机械制造", 3.0, &["矿山机械", "重型机械"],                          [10,  8,  6,  4,  4,  6,  9,  5,  1,  6,  2,  2]),
    industry("3514", "建筑工程用机械制造", 3.0, &["工程机械", "建筑机械"],                    [ 9,  9,  6,  5,  5,  7,  8,  4,  1,  5,  3,  3]),
    industry("3525", "模具制造", 7.0, &["模具", "精密模具", "模塑科技"],                      [ 3,  6, 12,  3,  2,  1,  6,  4,  2,  3,  4,  2]),
    industry("3670", "汽车零部件及配件制造", 9.0, &["汽车零部件", "汽车配件", "车业科技"],    [ 7,  9,  9,  6,  5,  2,  6,  6,  7,  5,  7,  7]),
    industry("3812", "电动机制造", 4.0, &["电机", "电机制造"],                                [10,  6,  5,  4,  8,  1,  4,  3,  4,  6,  2,  4]),
    industry("3823", "配电开关控制设备制造", 5.0, &["电气", "开关设备", "成套电气"],          [ 1,  8,  3,  6, 10,  1,  1,  3,  4, 10,  1,  2]),
    industry("3831", "电线、电缆制造", 4.0, &["电缆", "线缆", "电线电缆"],                    [ 4,  3,  3,  3,  2,  2,  6,  4,  8,  5,  3,  2]),
    industry("3983", "敏感元件及传感器制造", 3.0, &["传感科技", "传感技术", "测控技术"],      [ 1,  4,  4,  4,  6,  1,  1,  4,  5,  7,  3,  7]),
    industry("4011", "工业自动控制系统装置制造", 6.0, &["自动化", "智能控制", "自动化设备"],  [ 4,  5,  2, 12,  9,  2,  1,  2,  2, 11, 11,  2]),
    industry("3130", "钢压延加工", 3.0, &["金属材料", "特种钢材", "金属科技"],                [10,  3,  4,  5,  4,  7, 10,  8,  4,  6,  3,  1]),
    industry("2929", "塑料零件及其他塑料制品制造", 5.0, &["塑胶制品", "塑业", "高分子材料"],  [ 4,  4,  4,  4,  2,  3,  6,  5, 10,  4,  7,  4]),
    industry("2641", "涂料制造", 2.0, &["涂料", "新材料", "化工"],                            [ 2,  2,  1,  5,  2, 11,  4, 10, 10,  3,  4,  3]),
    industry("1495", "食品及饲料添加剂制造", 2.0, &["生物科技", "食品配料"],                  [ 4,  2,  1,  6,  2,  9,  4,  9, 12,  4,  6,  1]),
    industry("2231", "纸和纸板容器制造", 3.0, &["包装材料", "纸业", "包装"],                  [ 5,  2,  3,  3,  1,  2,  5,  4,  7,  4,  6, 10]),
    industry("5174", "五金产品批发", 5.0, &["五金机电", "机电设备", "工业品贸易"],            [ 8, 10,  7,  3,  5,  4,  6,  9,  4,  6,  5,  5]),
    industry("5175", "电气设备批发", 3.0, &["电气设备", "机电贸易"],                          [ 1,  3,  1,  7, 11,  1,  1,  4,  3, 12,  3,  2]),
];

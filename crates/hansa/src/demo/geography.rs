//! Where the companies sit: provinces by weight of their economy, and some cities of each.

/// A province (or municipality, or autonomous region).
#[derive(Debug)]
pub struct Province {
    /// Its short name, as in `Member::region`.
    pub name: &'static str,
    /// In proportion to its regional product.
    pub weight: f64,
    /// Cities that company names begin with.
    pub cities: &'static [&'static str],
}

const fn province(name: &'static str, weight: f64, cities: &'static [&'static str]) -> Province {
    Province { name, weight, cities }
}

/// Provinces with weights in proportion to the regional product of 2023 (National Bureau of Statistics, in 100 billion yuan).
pub static PROVINCES: &[Province] = &[
    province("广东", 135.7, &["广州", "深圳", "佛山", "东莞", "中山", "珠海", "惠州"]),
    province("江苏", 128.2, &["苏州", "无锡", "南京", "常州", "南通", "昆山", "泰州"]),
    province("山东", 92.1, &["济南", "青岛", "烟台", "潍坊", "临沂", "淄博"]),
    province("浙江", 82.6, &["杭州", "宁波", "温州", "台州", "绍兴", "嘉兴", "永康"]),
    province("四川", 60.1, &["成都", "绵阳", "德阳", "宜宾"]),
    province("河南", 59.1, &["郑州", "洛阳", "新乡", "许昌"]),
    province("湖北", 55.8, &["武汉", "襄阳", "宜昌", "十堰"]),
    province("福建", 54.4, &["福州", "厦门", "泉州", "漳州"]),
    province("湖南", 50.0, &["长沙", "株洲", "湘潭", "衡阳"]),
    province("上海", 47.2, &["上海"]),
    province("安徽", 47.1, &["合肥", "芜湖", "滁州", "马鞍山"]),
    province("河北", 43.9, &["石家庄", "唐山", "保定", "沧州"]),
    province("北京", 43.8, &["北京"]),
    province("陕西", 33.8, &["西安", "宝鸡", "咸阳"]),
    province("江西", 32.2, &["南昌", "九江", "赣州"]),
    province("辽宁", 30.2, &["沈阳", "大连", "鞍山", "瓦房店"]),
    province("重庆", 30.1, &["重庆"]),
    province("云南", 30.0, &["昆明", "曲靖"]),
    province("广西", 27.2, &["南宁", "柳州"]),
    province("山西", 25.7, &["太原", "大同", "长治"]),
    province("内蒙古", 24.6, &["包头", "呼和浩特"]),
    province("贵州", 20.9, &["贵阳", "遵义"]),
    province("新疆", 19.1, &["乌鲁木齐", "昌吉"]),
    province("天津", 16.7, &["天津"]),
    province("黑龙江", 15.9, &["哈尔滨", "齐齐哈尔"]),
    province("吉林", 13.5, &["长春", "吉林"]),
    province("甘肃", 11.9, &["兰州", "天水"]),
    province("海南", 7.6, &["海口"]),
    province("宁夏", 5.3, &["银川"]),
    province("青海", 3.8, &["西宁"]),
    province("西藏", 2.4, &["拉萨"]),
];

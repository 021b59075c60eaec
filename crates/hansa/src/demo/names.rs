//! The words that names are made of.
//!
//! Brand words join a character from each of two lists of seldom characters, so that they sound like brands and hardly hit one;
//! a hit would be chance, no real company is meant.

use super::chance::Chance;

const BRAND_FIRST: &[&str] = &[
    "旻", "翊", "晟", "铄", "沄", "澔", "骐", "昶", "琰", "彧", "劭", "珩", "玙", "瑄", "翎", "笙", "钲", "铱", "锴", "珞", "璟", "弈",
    "岫", "湜", "沅", "溱", "垣", "霁", "峥", "暄", "烨", "瀚",
];
const BRAND_SECOND: &[&str] = &[
    "垚", "钘", "铧", "嵘", "骁", "榉", "桐", "峤", "珂", "瓒", "曜", "麓", "穹", "翮", "榕", "岑", "砺", "衡", "淞", "樾", "洵", "陌",
    "黎", "澍", "昀", "楷", "铭", "岳", "钧", "泓", "朔", "苒",
];

/// A word such as 旻砺.
pub(super) fn brand(chance: &mut Chance) -> String {
    format!("{}{}", chance.pick(BRAND_FIRST), chance.pick(BRAND_SECOND))
}

/// The legal form by size: most are limited companies, some large ones stock companies or groups.
pub(super) fn legal_form(employees: i64, chance: &mut Chance) -> &'static str {
    match employees {
        ..=300 => "有限公司",
        301..=2_000 => ["有限公司", "股份有限公司"][chance.weighted(&[75.0, 25.0])],
        _ => ["有限公司", "股份有限公司", "集团有限公司"][chance.weighted(&[30.0, 35.0, 35.0])],
    }
}

/// Surnames with their weights: shares of the population in per mille, about (Ministry of Public Security, report on names, 2020).
const SURNAMES: &[(&str, f64)] = &[
    ("王", 72.0),
    ("李", 72.0),
    ("张", 68.0),
    ("刘", 52.0),
    ("陈", 50.0),
    ("杨", 31.0),
    ("黄", 24.0),
    ("赵", 22.0),
    ("吴", 20.0),
    ("周", 20.0),
    ("徐", 15.0),
    ("孙", 15.0),
    ("马", 13.0),
    ("朱", 13.0),
    ("胡", 12.0),
    ("郭", 12.0),
    ("何", 12.0),
    ("林", 11.0),
    ("高", 10.0),
    ("罗", 10.0),
    ("郑", 9.0),
    ("梁", 9.0),
    ("谢", 8.0),
    ("宋", 7.0),
    ("唐", 7.0),
    ("许", 7.0),
    ("韩", 7.0),
    ("冯", 6.0),
    ("邓", 6.0),
    ("曹", 6.0),
    ("彭", 5.0),
    ("曾", 5.0),
    ("肖", 5.0),
    ("田", 5.0),
    ("董", 5.0),
    ("潘", 5.0),
    ("袁", 5.0),
    ("蔡", 5.0),
    ("蒋", 5.0),
    ("余", 5.0),
    ("欧阳", 1.0),
    ("上官", 0.3),
];
const GIVEN: &[&str] = &[
    "伟", "强", "磊", "军", "洋", "勇", "杰", "涛", "超", "明", "刚", "平", "辉", "鹏", "华", "飞", "鑫", "波", "斌", "宇", "浩", "凯",
    "健", "俊", "帆", "敏", "静", "丽", "娟", "艳", "芳", "霞", "燕", "玲", "雪", "慧", "莹", "洁", "欣", "琳", "颖", "佳", "倩", "晓",
    "文", "志", "建", "海", "国", "春", "雨", "思", "子", "嘉", "一", "天", "永", "立", "庆", "云",
];

/// A person's name: a surname and one or, more often, two characters.
pub(super) fn person(chance: &mut Chance) -> String {
    let (surname, _) = SURNAMES[chance.weighted(&SURNAMES.iter().map(|&(_, weight)| weight).collect::<Vec<f64>>())];
    let first = chance.pick(GIVEN);
    if chance.happens(0.3) { format!("{surname}{first}") } else { format!("{surname}{first}{}", chance.pick(GIVEN)) }
}

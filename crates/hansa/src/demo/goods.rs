//! What the marketplace sells: categories of industrial supplies, and their articles.

use super::chance::Chance;

/// A category of goods.
#[derive(Debug)]
pub struct Category {
    /// The word in the lines of orders.
    pub key: &'static str,
    /// Its Chinese name.
    pub name: &'static str,
    /// The letters its article numbers begin with.
    pub prefix: &'static str,
    /// The median list price of its articles, in minor units of CNY.
    pub median_price_minor: f64,
}

const fn category(key: &'static str, name: &'static str, prefix: &'static str, yuan: f64) -> Category {
    Category { key, name, prefix, median_price_minor: yuan * 100.0 }
}

/// The categories; the rows of affinity in [`super::industries`] follow their order.
pub static CATEGORIES: [Category; 12] = [
    category("bearings", "轴承", "BRG", 68.0),
    category("fasteners", "紧固件", "FST", 0.6),
    category("cutting_tools", "刀具", "CUT", 95.0),
    category("sensors", "传感器", "SNS", 320.0),
    category("cables", "线缆", "CBL", 12.0),
    category("pumps_valves", "泵阀", "PMP", 860.0),
    category("lubricants", "润滑", "LUB", 240.0),
    category("ppe", "劳保", "PPE", 9.5),
    category("packaging", "包装", "PKG", 3.2),
    category("electrical", "电气", "ELE", 150.0),
    category("pneumatics", "气动", "PNE", 110.0),
    category("adhesives", "胶粘剂", "ADH", 45.0),
];

/// Articles in each category.
pub const ARTICLES: i64 = 60;
/// Standard deviation of the logarithm of list prices within a category.
const PRICE_SIGMA: f64 = 0.9;

/// An article chosen for a line: its number, and how many of it an amount of money buys at list price, at least one.
pub(super) fn article(category: usize, amount_minor: i64, chance: &mut Chance) -> (String, i64) {
    let category = &CATEGORIES[category];
    // Few articles make most of the trade: the square of a uniform draw favours low numbers.
    let number = (chance.unit().powi(2) * ARTICLES as f64) as i64 + 1;
    let quantity = (amount_minor as f64 / list_price_minor(category, number)).round().max(1.0) as i64;
    (format!("{}-{number:04}", category.prefix), quantity)
}

/// The list price of an article, in minor units: spread over the quantiles of a log-normal by its number.
fn list_price_minor(category: &Category, number: i64) -> f64 {
    // 23 is coprime to the number of articles, so prices are spread without following the article numbers.
    let rank = (number * 23).rem_euclid(ARTICLES) as f64;
    let quantile = (rank + 0.5) / ARTICLES as f64;
    // The logistic quantile is close to the normal one when divided by 1.702.
    let score = (quantile / (1.0 - quantile)).ln() / 1.702;
    category.median_price_minor * (PRICE_SIGMA * score).exp()
}

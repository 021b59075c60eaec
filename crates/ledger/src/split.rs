//! The pro-rata rule.

/// `total × part ÷ whole`, rounded half to even; exact in 128 bits. `whole` must be positive; the result lies between 0 and `total`
/// when `part` lies between 0 and `whole`.
///
/// The remainder rule: to divide a total over several parts, give for each step the share of all parts so far and take off what was
/// given before. The steps then add up to the total, and no step is off by more than one.
///
/// ```
/// # use ledger::split;
/// let given: Vec<i64> = [1, 2, 3].into_iter().map(|parts| split(100, parts, 3)).collect();
/// assert_eq!(given, [33, 67, 100]); // 33, then 34, then 33 more
/// assert_eq!((split(5, 1, 2), split(7, 1, 2)), (2, 4)); // halves go to the even number
/// ```
pub fn split(total: i64, part: i64, whole: i64) -> i64 {
    assert!(whole > 0, "a whole is positive");
    let (product, whole) = (i128::from(total) * i128::from(part), i128::from(whole));
    let (floor, rest) = (product.div_euclid(whole), product.rem_euclid(whole));
    let up = match (2 * rest).cmp(&whole) {
        std::cmp::Ordering::Less => false,
        std::cmp::Ordering::Greater => true,
        std::cmp::Ordering::Equal => floor % 2 != 0,
    };
    let rounded = floor + i128::from(up);
    i64::try_from(rounded).unwrap_or(if rounded > 0 { i64::MAX } else { i64::MIN })
}

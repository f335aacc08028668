//! Which things of a list stay where they are.

/// Which elements of `sequence` stay where they are so that the fewest move: a longest increasing subsequence, as
/// flags.
pub(super) fn longest_increasing(sequence: &[usize]) -> Vec<bool> {
    let mut tails: Vec<usize> = Vec::new();
    let mut previous: Vec<Option<usize>> = vec![None; sequence.len()];
    for (at, value) in sequence.iter().enumerate() {
        let place = tails.partition_point(|t| sequence[*t] < *value);
        previous[at] = place.checked_sub(1).map(|p| tails[p]);
        if place == tails.len() {
            tails.push(at);
        } else {
            tails[place] = at;
        }
    }
    let mut stays = vec![false; sequence.len()];
    let mut at = tails.last().copied();
    while let Some(here) = at {
        stays[here] = true;
        at = previous[here];
    }
    stays
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn orders() {
        assert_eq!(longest_increasing(&[2, 0, 1, 3]), [false, true, true, true]);
        assert_eq!(longest_increasing(&[]), Vec::<bool>::new());
    }
}

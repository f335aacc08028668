//! Orders in which things can be created.
use std::collections::{BTreeMap, BTreeSet};

/// `items` so that each comes after those that it needs, as far as they are among them; a circle is broken somewhere.
/// Without recursion, and linear in items and needs.
pub(crate) fn after_needs<K: Ord + Clone>(items: &[(K, Vec<K>)]) -> Vec<K> {
    let needs: BTreeMap<&K, &Vec<K>> = items.iter().map(|(k, needs)| (k, needs)).collect();
    let mut seen: BTreeSet<&K> = BTreeSet::new();
    let mut order = Vec::with_capacity(items.len());
    for (item, _) in items {
        let mut stack = vec![(item, false)];
        while let Some((key, done)) = stack.pop() {
            if done {
                order.push(key.clone());
            } else if seen.insert(key) {
                stack.push((key, true));
                for need in needs.get(key).into_iter().flat_map(|n| n.iter()) {
                    if let Some((need, _)) = needs.get_key_value(need)
                        && !seen.contains(*need)
                    {
                        stack.push((need, false));
                    }
                }
            }
        }
    }
    order
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn orders() {
        let items = [("a", vec!["c", "x"]), ("b", vec!["a"]), ("c", vec![]), ("d", vec!["d"])];
        assert_eq!(after_needs(&items), ["c", "a", "b", "d"]);
    }
}

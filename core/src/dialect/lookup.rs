//! Words by their letters, whichever case they are written in.

/// Words with a number each, found without folding or copying what is looked for.
#[derive(Debug)]
pub(in crate::dialect) struct Lookup {
    /// By length, first and last byte: words of a language hardly ever share all three.
    slots: Vec<Vec<(Box<str>, u16)>>,
}

impl Lookup {
    const SLOTS: usize = 4096;

    /// Words of ASCII letters and signs, each with its number.
    pub(in crate::dialect) fn new<'a>(words: impl Iterator<Item = (&'a str, u16)>) -> Self {
        let mut slots = vec![Vec::new(); Self::SLOTS];
        for (word, number) in words {
            if let Some(slot) = slots.get_mut(Self::slot(word)) {
                slot.push((word.into(), number));
            }
        }
        Self { slots }
    }

    /// The number of a word.
    pub(in crate::dialect) fn get(&self, word: &str) -> Option<u16> {
        let slot = self.slots.get(Self::slot(word))?;
        slot.iter().find(|(known, _)| known.eq_ignore_ascii_case(word)).map(|(_, number)| *number)
    }

    fn slot(word: &str) -> usize {
        let bytes = word.as_bytes();
        let [first, last] = [bytes.first(), bytes.last()]
            .map(|byte| byte.map_or(0, |b| usize::from(b.to_ascii_lowercase()) & 63));
        (bytes.len().wrapping_mul(613) ^ first.wrapping_mul(37) ^ (last << 6)) % Self::SLOTS
    }
}

#[cfg(test)]
mod tests {
    use super::Lookup;

    #[test]
    fn finds_words_in_any_case_and_nothing_else() {
        let words = ["select", "selects", "sect", "=", "==", "_x", ""];
        let lookup = Lookup::new(words.into_iter().zip(0..));
        for (number, word) in (0..).zip(words) {
            assert_eq!(lookup.get(word), Some(number));
            assert_eq!(lookup.get(&word.to_ascii_uppercase()), Some(number));
        }
        for other in ["SELEKT", "sélect", "!=", "x", "s"] {
            assert_eq!(lookup.get(other), None);
        }
    }
}

//! Serials that a person can misread for one another. They never merge two chargers; they raise an advisory.

use super::ChargerIdentity;
use super::serial::after_possible_labels;
use crate::order;
use crate::wire::record;

record! {
    /// A letter of a normalised serial that is easily misread as a digit.
    #[wire(snake_case: writes)]
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
    pub struct Lookalike {
        /// Where it stands in the normalised serial, counted from 1.
        pub position: usize,
        /// The letter: `O`, `I`, `S` or `B`.
        pub character: char,
        /// The digit it may have been meant as: `0`, `1`, `5` or `8`.
        pub resembles: char,
    }
}

impl ChargerIdentity {
    /// The letters of the serial that are easily misread as a digit (`O`, `I`, `S`, `B`), an advisory and no error.
    ///
    /// ```
    /// let identity = tierra::charger::identify("Easee", "EH12O456")?;
    /// let first = &identity.lookalikes()[0];
    /// assert_eq!((first.position, first.character, first.resembles), (5, 'O', '0'));
    /// # Ok::<(), tierra::Error>(())
    /// ```
    #[must_use]
    pub fn lookalikes(&self) -> Vec<Lookalike> {
        let letters = self.serial_normalized().chars().enumerate();
        letters
            .filter_map(|(index, character)| {
                digit_for(character).map(|resembles| Lookalike { position: index + 1, character, resembles })
            })
            .collect()
    }
}

fn digit_for(letter: char) -> Option<char> {
    match letter {
        'O' => Some('0'),
        'I' => Some('1'),
        'S' => Some('5'),
        'B' => Some('8'),
        _ => None,
    }
}

/// Groups of chargers of one maker whose serials differ only in `O/0`, `I/1`, `S/5` or `B/8`, or in letters at the front that
/// may be a label (`SN-22004711` and `22004711`).
///
/// Each group lists the indices of different chargers, in order; a charger that stands in the list several times is
/// named by its first index. Groups are ordered by their first index.
///
/// ```
/// use tierra::charger::{identify, lookalike_groups};
/// let chargers = [identify("Easee", "EH10")?, identify("Easee", "EH77")?, identify("easee", "EHIO")?];
/// assert_eq!(lookalike_groups(&chargers), [[0, 2]]);
/// # Ok::<(), tierra::Error>(())
/// ```
#[must_use]
pub fn lookalike_groups<'a>(chargers: impl IntoIterator<Item = &'a ChargerIdentity>) -> Vec<Vec<usize>> {
    let read = |charger: &'a ChargerIdentity| -> (&'a str, String, &'a str) {
        let serial = charger.serial_normalized();
        let proper = after_possible_labels(serial).unwrap_or(serial);
        (charger.vendor_canonical(), proper.chars().map(|c| digit_for(c).unwrap_or(c)).collect(), serial)
    };
    let readings: Vec<_> = chargers.into_iter().map(read).collect();
    let ranked: Vec<_> = order::ranked(&readings).into_iter().filter_map(|at| Some((at, readings.get(at)?))).collect();
    let same_reading = ranked.chunk_by(|(_, left), (_, right)| (left.0, &left.1) == (right.0, &right.1));
    let mut groups: Vec<Vec<usize>> = Vec::new();
    for group in same_reading {
        // The first of each serial, which is the one with the smallest index.
        let serials = group.chunk_by(|(_, left), (_, right)| left.2 == right.2);
        let firsts: Vec<usize> = serials.filter_map(|same| Some(same.first()?.0)).collect();
        if firsts.len() > 1 {
            groups.push(order::ranked(&firsts).into_iter().filter_map(|at| firsts.get(at).copied()).collect());
        }
    }
    order::ranked(&groups).into_iter().filter_map(|at| groups.get(at).cloned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::charger::identify;

    #[test]
    fn other_makers_and_repeats_make_no_group() {
        let chargers: Vec<_> =
            [("ABB", "S5"), ("ABL", "55"), ("ABB", "S5"), ("ABB", "5S"), ("ABB", "B8"), ("ABB", "SN-88")]
                .iter()
                .map(|(vendor, serial)| identify(vendor, serial).unwrap())
                .collect();
        assert_eq!(lookalike_groups(&chargers), [[0, 3], [4, 5]]);
    }
}

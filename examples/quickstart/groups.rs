//! Sums by name, in the order in which the names first came.

use std::collections::HashMap;

pub(crate) struct Groups<T> {
    places: HashMap<String, usize>,
    items: Vec<(String, T)>,
}

impl<T> Default for Groups<T> {
    fn default() -> Self {
        Self { places: HashMap::new(), items: Vec::new() }
    }
}

impl<T: Default> Groups<T> {
    /// Changes the sum of this name, which begins at its default.
    pub(crate) fn update(
        &mut self,
        name: &str,
        change: impl FnOnce(&mut T) -> tierra::Result<()>,
    ) -> tierra::Result<()> {
        if let Some((_, item)) = self.places.get(name).and_then(|place| self.items.get_mut(*place)) {
            return change(item);
        }
        let mut item = T::default();
        change(&mut item)?;
        self.places.insert(name.to_owned(), self.items.len());
        self.items.push((name.to_owned(), item));
        Ok(())
    }
}

impl<T> Groups<T> {
    pub(crate) fn iter(&self) -> impl ExactSizeIterator<Item = (&str, &T)> {
        self.items.iter().map(|(name, item)| (name.as_str(), item))
    }
}

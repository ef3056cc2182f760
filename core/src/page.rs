//! Numbered pages of a list.

use crate::wire::record;
use crate::{Error, ErrorCode, Result};

record! {
    /// Which page of a list is asked for.
    ///
    /// ```
    /// let second = tierra::PageRequest::new(2, 50)?;
    /// assert_eq!((second.page(), second.per_page()), (2, 50));
    /// assert_eq!(tierra::PageRequest::new(1, 101).unwrap_err().path(), "per_page");
    /// # Ok::<(), tierra::Error>(())
    /// ```
    #[wire(snake_case: reads, check = PageRequest::check)]
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub struct PageRequest {
        /// The page's number, from 1.
        #[wire(bounds = 1..=i64::from(u32::MAX), default = Self::FIRST.page)]
        page: u32,
        /// How many items a page has at most, 1 to 100.
        #[wire(bounds = 1..=i64::from(Self::MOST_PER_PAGE), default = Self::FIRST.per_page)]
        per_page: u32,
    }
}

impl PageRequest {
    /// The most items a page may have.
    pub const MOST_PER_PAGE: u32 = 100;
    /// The first page, of 25 items.
    const FIRST: Self = Self { page: 1, per_page: 25 };

    /// The page of this number, counted from 1, with `per_page` items.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::OutOfRange`] at `page` or `per_page` for 0, and for more than 100 a page.
    pub fn new(page: u32, per_page: u32) -> Result<Self> {
        let request = Self { page, per_page };
        request.check()?;
        Ok(request)
    }

    fn check(&self) -> Result<()> {
        if self.page == 0 {
            return Err(Error::new(ErrorCode::OutOfRange, "page", "is `0`; expected 1 or more"));
        }
        if !(1..=Self::MOST_PER_PAGE).contains(&self.per_page) {
            let message = format!("is `{}`; expected 1 to {}", self.per_page, Self::MOST_PER_PAGE);
            return Err(Error::new(ErrorCode::OutOfRange, "per_page", message));
        }
        Ok(())
    }

    /// The page's number, from 1.
    #[must_use]
    pub fn page(self) -> u32 {
        self.page
    }

    /// How many items a page has at most.
    #[must_use]
    pub fn per_page(self) -> u32 {
        self.per_page
    }

    /// How many items stand before the page.
    #[must_use]
    pub fn offset(self) -> u64 {
        u64::from(self.page - 1) * u64::from(self.per_page)
    }
}

impl Default for PageRequest {
    /// The first 25.
    fn default() -> Self {
        Self::FIRST
    }
}

record! {
    /// Where a page stands in its list (charger-registry contract, `meta`).
    #[wire(snake_case: writes)]
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub struct PageMeta {
        /// This page's number, from 1.
        pub current_page: u32,
        /// The last page's number; 1 where the list is empty.
        pub last_page: u64,
        /// How many items a page has at most.
        pub per_page: u32,
        /// How many items the list has.
        pub total: u64,
    }
}

impl PageMeta {
    /// Where the page stands in a list of `total` items.
    ///
    /// ```
    /// let meta = tierra::PageMeta::of(tierra::PageRequest::default(), 51);
    /// assert_eq!((meta.current_page, meta.last_page), (1, 3));
    /// ```
    #[must_use]
    pub fn of(request: PageRequest, total: u64) -> Self {
        let last_page = total.div_ceil(u64::from(request.per_page)).max(1);
        Self { current_page: request.page, last_page, per_page: request.per_page, total }
    }
}

record! {
    /// A page of a list.
    #[wire(snake_case: writes)]
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct Page<T> {
        /// The items, in the order of the list.
        pub data: Vec<T>,
        /// Where they stand in it.
        pub meta: PageMeta,
    }
}

//! Reading what `build.rs` packed: texts that stand once, and tables by column. Its layout is described there.

use rust_decimal::Decimal;

use crate::{Error, ErrorCode, Result};

/// The packed bytes that are not read yet.
pub(super) struct Packed<'a> {
    bytes: &'a [u8],
}

impl<'a> Packed<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes }
    }

    /// A LEB128 number.
    pub(super) fn number(&mut self) -> Result<u64> {
        let mut number = 0_u64;
        for shift in (0..u64::BITS).step_by(7) {
            let (byte, rest) = self.bytes.split_first().ok_or_else(damaged)?;
            self.bytes = rest;
            number |= u64::from(byte & 0x7F) << shift;
            if byte & 0x80 == 0 {
                return Ok(number);
            }
        }
        Err(damaged())
    }

    /// A length, and so many bytes.
    fn sized(&mut self) -> Result<&'a [u8]> {
        let length = usize::try_from(self.number()?).map_err(|_| damaged())?;
        let (taken, rest) = self.bytes.split_at_checked(length).ok_or_else(damaged)?;
        self.bytes = rest;
        Ok(taken)
    }

    /// The texts, of which the columns hold the numbers.
    pub(super) fn texts(&mut self) -> Result<Vec<&'a str>> {
        let all = std::str::from_utf8(self.sized()?).map_err(|_| damaged())?;
        Ok(all.split('\n').collect())
    }

    pub(super) fn text_column<'t>(&mut self, texts: &'t [&'a str]) -> Result<TextColumn<'a, 't>> {
        Ok(TextColumn { steps: Self::new(self.sized()?), before: 0, texts })
    }

    pub(super) fn figure_column(&mut self) -> Result<FigureColumn<'a>> {
        Ok(FigureColumn { places: Self::new(self.sized()?), digits: Self::new(self.sized()?) })
    }
}

/// A column of texts, read row by row.
pub(super) struct TextColumn<'a, 't> {
    steps: Packed<'a>,
    before: i64,
    texts: &'t [&'a str],
}

impl<'a> TextColumn<'a, '_> {
    /// The text of the next row, if it has one.
    pub(super) fn optional(&mut self) -> Result<Option<&'a str>> {
        let step = self.steps.number()?;
        // Zigzag: the last bit is the sign.
        let step = (step >> 1).cast_signed() ^ -(step & 1).cast_signed();
        self.before = self.before.checked_add(step).ok_or_else(damaged)?;
        let number = usize::try_from(self.before).map_err(|_| damaged())?;
        let Some(index) = number.checked_sub(1) else { return Ok(None) };
        self.texts.get(index).copied().map(Some).ok_or_else(damaged)
    }

    /// The text of the next row.
    pub(super) fn text(&mut self) -> Result<&'a str> {
        self.optional()?.ok_or_else(damaged)
    }

    pub(super) fn owned(&mut self) -> Result<String> {
        self.text().map(str::to_owned)
    }

    pub(super) fn optional_owned(&mut self) -> Result<Option<String>> {
        Ok(self.optional()?.map(str::to_owned))
    }
}

/// A column of figures, read row by row.
pub(super) struct FigureColumn<'a> {
    places: Packed<'a>,
    digits: Packed<'a>,
}

impl FigureColumn<'_> {
    /// The figure of the next row, if it has one.
    pub(super) fn optional(&mut self) -> Result<Option<Decimal>> {
        let Some(places) = self.places.number()?.checked_sub(1) else { return Ok(None) };
        let places = u32::try_from(places).map_err(|_| damaged())?;
        let figure = Decimal::try_from_i128_with_scale(i128::from(self.digits.number()?), places);
        figure.map(Some).map_err(|_| damaged())
    }

    /// The figure of the next row.
    pub(super) fn figure(&mut self) -> Result<Decimal> {
        self.optional()?.ok_or_else(damaged)
    }
}

/// The error for bytes that `build.rs` cannot have written.
#[cold]
pub(super) fn damaged() -> Error {
    Error::new(ErrorCode::CorruptFile, "", "the reference data in the program is damaged; expected it as it was built")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_that_end_too_soon_are_refused() {
        for bytes in [&[][..], &[0x80], &[5, 1, 2], &[0xFF; 11]] {
            assert_eq!(Packed::new(bytes).sized().unwrap_err().code(), ErrorCode::CorruptFile);
        }
        let mut packed = Packed::new(&[1, 8]);
        assert!(packed.text_column(&["only"]).unwrap().text().is_err());
    }

    #[test]
    fn texts_are_steps_and_figures_have_places() {
        // Texts 2, none, 1: steps 2, -2, 1 in zigzag.
        let texts = ["a", "b"];
        let mut packed = Packed::new(&[3, 4, 3, 2]);
        let mut column = packed.text_column(&texts).unwrap();
        assert_eq!([(); 3].map(|()| column.optional().unwrap()), [Some("b"), None, Some("a")]);
        let mut packed = Packed::new(&[2, 3, 0, 1, 125]);
        let mut column = packed.figure_column().unwrap();
        assert_eq!([(); 2].map(|()| column.optional().unwrap()), [Some(Decimal::new(125, 2)), None]);
    }
}

//! Sheets of `.xls` files, in the form of Excel 97 to 2003 (MS-CFB and MS-XLS).
//!
//! Read here and not by the library that reads `.xlsx`: that one trusts an `.xls` file's chains, offsets and column numbers, so
//! that a single false byte can make it panic, run without an end or ask for more memory than there is. The form has not
//! changed since 1997, and of it only values are needed. A number's format is not read: a date is a plain number here.

use super::sheet::{Cell, Cells, Sheet, invalid};
use crate::Result;

/// How a compound file begins.
pub(super) const SIGNATURE: [u8; 8] = [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];

/// The sheets of a file, and whether its dates count from 1904.
pub(super) fn read(bytes: &[u8], wanted: &str) -> Result<(Vec<Sheet>, bool)> {
    let damaged = || invalid(format!("the workbook is damaged or cut short; expected {wanted}"));
    let file = Compound::of(bytes).ok_or_else(damaged)?;
    if file.entry("EncryptedPackage").is_some() {
        return Err(invalid(format!("the workbook is encrypted; expected {wanted}")));
    }
    let Some(entry) = file.entry("Workbook") else {
        let older = file.entry("Book").is_some();
        let what = if older { "a workbook from before Excel 97" } else { "a compound file without a workbook" };
        return Err(invalid(format!("the file is {what}; expected {wanted}")));
    };
    let stream = file.stream(entry).ok_or_else(damaged)?;
    let globals = Globals::of(&stream).ok_or_else(damaged)?;
    if globals.is_encrypted {
        return Err(invalid(format!("the workbook is encrypted; expected {wanted}")));
    }
    let mut sheets = Vec::new();
    let mut cells = Cells::new();
    for (name, offset) in &globals.sheets {
        read_sheet(stream.get(*offset..).unwrap_or_default(), &globals.strings, &mut cells).ok_or_else(damaged)?;
        sheets.push(cells.take_sheet(name)?);
    }
    Ok((sheets, globals.dates_from_1904))
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    let pair = bytes.get(at..at.checked_add(2)?)?;
    Some(u16::from_le_bytes(pair.try_into().ok()?))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    let four = bytes.get(at..at.checked_add(4)?)?;
    Some(u32::from_le_bytes(four.try_into().ok()?))
}

fn f64_at(bytes: &[u8], at: usize) -> Option<f64> {
    let eight = bytes.get(at..at.checked_add(8)?)?;
    Some(f64::from_le_bytes(eight.try_into().ok()?))
}

/// `u32_at` as an index.
fn index_at(bytes: &[u8], at: usize) -> Option<usize> {
    usize::try_from(u32_at(bytes, at)?).ok()
}

/// A compound file: a file system of streams within a file.
struct Compound<'a> {
    bytes: &'a [u8],
    sector_size: usize,
    /// For each sector the one that follows.
    next: Vec<u32>,
    directory: Vec<u8>,
    /// The small streams, in sectors of [`SMALL_SECTOR`] bytes.
    small: Vec<u8>,
    next_small: Vec<u32>,
}

/// A stream's place.
#[derive(Clone, Copy)]
struct Entry {
    first: u32,
    length: usize,
}

/// Streams below this length stand among the small ones.
const SMALL_STREAM: usize = 4096;
const SMALL_SECTOR: usize = 64;

/// Sector numbers from here on are no sectors but marks.
const MARKS: u32 = 0xFFFF_FFFA;

impl<'a> Compound<'a> {
    fn of(bytes: &'a [u8]) -> Option<Self> {
        let sector_size = match u16_at(bytes, 30)? {
            9 => 512,
            12 => 4096,
            _ => return None,
        };
        let mut file = Self {
            bytes,
            sector_size,
            next: Vec::new(),
            directory: Vec::new(),
            small: Vec::new(),
            next_small: Vec::new(),
        };
        file.next = file.sector_table()?;
        file.directory = file.chain(u32_at(bytes, 48)?)?;
        let root = Entry::of(file.directory.get(..128)?)?;
        if root.first < MARKS {
            file.small = file.chain(root.first)?;
            let table = file.chain(u32_at(bytes, 60)?)?;
            file.next_small = numbers(&table);
        }
        Some(file)
    }

    /// The bytes of a sector; the last one of a file may be short.
    fn sector(&self, number: u32) -> Option<&'a [u8]> {
        let start = usize::try_from(number).ok()?.checked_add(1)?.checked_mul(self.sector_size)?;
        let end = start.checked_add(self.sector_size)?.min(self.bytes.len());
        self.bytes.get(start..end).filter(|sector| !sector.is_empty())
    }

    /// The table of following sectors, whose own sectors are listed in the header and from there on in a chain.
    fn sector_table(&self) -> Option<Vec<u32>> {
        let most = self.bytes.len() / self.sector_size + 1;
        let mut listed = numbers(self.bytes.get(76..512)?);
        let mut list = u32_at(self.bytes, 68)?;
        let mut lists = 0;
        while list < MARKS {
            lists += 1;
            let mut more = numbers(self.sector(list)?);
            list = more.pop()?;
            listed.extend(more);
            if lists > most {
                return None;
            }
        }
        let mut table = Vec::new();
        for sector in listed.into_iter().filter(|sector| *sector < MARKS).take(most) {
            table.extend(numbers(self.sector(sector)?));
        }
        Some(table)
    }

    fn chain(&self, first: u32) -> Option<Vec<u8>> {
        chain(first, &self.next, |number| self.sector(number))
    }

    /// A stream of the directory by its name.
    fn entry(&self, name: &str) -> Option<Entry> {
        let wanted: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let named = |entry: &&[u8]| {
            // The length in bytes counts the closing zero.
            let length = u16_at(entry, 64).map_or(0, usize::from).saturating_sub(2);
            entry.get(..length).is_some_and(|found| found.eq_ignore_ascii_case(&wanted))
        };
        self.directory.chunks_exact(128).find(named).and_then(Entry::of)
    }

    /// The whole of a stream, or `None` where the file holds less of it than it says.
    fn stream(&self, entry: Entry) -> Option<Vec<u8>> {
        let mut bytes = if entry.length >= SMALL_STREAM {
            self.chain(entry.first)?
        } else {
            chain(entry.first, &self.next_small, |number| {
                let start = usize::try_from(number).ok()?.checked_mul(SMALL_SECTOR)?;
                self.small.get(start..start.checked_add(SMALL_SECTOR)?)
            })?
        };
        if bytes.len() < entry.length {
            return None;
        }
        bytes.truncate(entry.length);
        Some(bytes)
    }
}

impl Entry {
    fn of(entry: &[u8]) -> Option<Self> {
        Some(Self { first: u32_at(entry, 116)?, length: index_at(entry, 120)? })
    }
}

fn numbers(bytes: &[u8]) -> Vec<u32> {
    bytes.chunks_exact(4).filter_map(|four| u32_at(four, 0)).collect()
}

/// The sectors of a chain, one behind the other; `None` for one that leads out of the file or round in a circle.
fn chain<'b>(first: u32, next: &[u32], sector: impl Fn(u32) -> Option<&'b [u8]>) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut number = first;
    let mut steps = 0;
    while number < MARKS {
        steps += 1;
        if steps > next.len() {
            return None;
        }
        bytes.extend_from_slice(sector(number)?);
        number = *next.get(usize::try_from(number).ok()?)?;
    }
    Some(bytes)
}

/// A record of the workbook's stream.
#[derive(Clone, Copy)]
struct Record<'a> {
    kind: u16,
    data: &'a [u8],
}

/// The records of a stream up to its end. `None` marks one that is cut short.
struct Records<'a>(&'a [u8]);

impl<'a> Iterator for Records<'a> {
    type Item = Option<Record<'a>>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.0.is_empty() {
            return None;
        }
        let record = self.take();
        if record.is_none() {
            self.0 = &[];
        }
        Some(record)
    }
}

impl<'a> Records<'a> {
    fn take(&mut self) -> Option<Record<'a>> {
        let kind = u16_at(self.0, 0)?;
        let length = usize::from(u16_at(self.0, 2)?);
        let data = self.0.get(4..length + 4)?;
        self.0 = self.0.get(length + 4..)?;
        Some(Record { kind, data })
    }
}

const BEGIN: u16 = 0x0809;
const END: u16 = 0x000A;
const CONTINUE: u16 = 0x003C;

/// What the workbook's stream says before its sheets.
#[derive(Default)]
struct Globals {
    /// Name and place in the stream.
    sheets: Vec<(String, usize)>,
    strings: Vec<String>,
    dates_from_1904: bool,
    is_encrypted: bool,
}

impl Globals {
    fn of(stream: &[u8]) -> Option<Self> {
        const FILE_PASS: u16 = 0x002F;
        const DATE_MODE: u16 = 0x0022;
        const BOUND_SHEET: u16 = 0x0085;
        const STRINGS: u16 = 0x00FC;
        const BIFF8: u16 = 0x0600;
        let mut globals = Self::default();
        let mut string_parts: Vec<&[u8]> = Vec::new();
        let mut within_strings = false;
        for record in Records(stream) {
            let Record { kind, data } = record?;
            match kind {
                BEGIN if u16_at(data, 0)? != BIFF8 => return None,
                // What follows is encrypted, and so may look like anything.
                FILE_PASS => return Some(Self { is_encrypted: true, ..globals }),
                DATE_MODE => globals.dates_from_1904 = u16_at(data, 0)? == 1,
                BOUND_SHEET => globals.sheets.extend(worksheet(data)?),
                STRINGS => string_parts.push(data),
                CONTINUE if within_strings => string_parts.push(data),
                END => {
                    globals.strings = strings(string_parts)?;
                    return Some(globals);
                }
                _ => {}
            }
            within_strings = kind == STRINGS || (within_strings && kind == CONTINUE);
        }
        None
    }
}

/// Name and place of a sheet; an empty option for a chart or a macro sheet.
fn worksheet(data: &[u8]) -> Option<Option<(String, usize)>> {
    let place = index_at(data, 0)?;
    let is_worksheet = *data.get(5)? == 0;
    let length = usize::from(*data.get(6)?);
    let name = Parts::of(vec![data.get(7..)?]).characters_with_flags(length)?;
    Some(is_worksheet.then_some((name, place)))
}

/// The strings that cells refer to by number.
fn strings(parts: Vec<&[u8]>) -> Option<Vec<String>> {
    if parts.is_empty() {
        return Some(Vec::new());
    }
    let mut parts = Parts::of(parts);
    parts.skip(4)?;
    let count = parts.u32()?;
    let mut strings = Vec::new();
    // Some writers count every use of a string, so that there are fewer: a cell that refers to one beyond is seen later.
    for _ in 0..count {
        if parts.refill().is_none() {
            break;
        }
        strings.push(parts.string()?);
    }
    Some(strings)
}

/// Bytes that stand in several records.
struct Parts<'a> {
    part: &'a [u8],
    rest: std::vec::IntoIter<&'a [u8]>,
}

impl<'a> Parts<'a> {
    fn of(parts: Vec<&'a [u8]>) -> Self {
        let mut rest = parts.into_iter();
        Self { part: rest.next().unwrap_or_default(), rest }
    }

    /// Goes on to the next record where this one is used up.
    fn refill(&mut self) -> Option<()> {
        while self.part.is_empty() {
            self.part = self.rest.next()?;
        }
        Some(())
    }

    fn byte(&mut self) -> Option<u8> {
        self.refill()?;
        let (first, rest) = self.part.split_first()?;
        self.part = rest;
        Some(*first)
    }

    fn u16(&mut self) -> Option<u16> {
        Some(u16::from_le_bytes([self.byte()?, self.byte()?]))
    }

    fn u32(&mut self) -> Option<u32> {
        Some(u32::from_le_bytes([self.byte()?, self.byte()?, self.byte()?, self.byte()?]))
    }

    fn skip(&mut self, mut count: usize) -> Option<()> {
        while count > 0 {
            self.refill()?;
            let taken = count.min(self.part.len());
            self.part = self.part.get(taken..)?;
            count -= taken;
        }
        Some(())
    }

    /// A string with its length, its fonts and its phonetic form, which are passed over.
    fn string(&mut self) -> Option<String> {
        const PHONETIC: u8 = 0x04;
        const FONTS: u8 = 0x08;
        let length = usize::from(self.u16()?);
        let flags = self.byte()?;
        let fonts = if flags & FONTS == 0 { 0 } else { usize::from(self.u16()?) * 4 };
        let phonetic = if flags & PHONETIC == 0 { 0 } else { usize::try_from(self.u32()?).ok()? };
        let string = self.characters(length, flags)?;
        self.skip(fonts)?;
        self.skip(phonetic)?;
        Some(string)
    }

    fn characters_with_flags(&mut self, length: usize) -> Option<String> {
        let flags = self.byte()?;
        self.characters(length, flags)
    }

    /// Characters of one or two bytes; where they go on in another record, that one says anew which.
    fn characters(&mut self, length: usize, mut flags: u8) -> Option<String> {
        const TWO_BYTES: u8 = 0x01;
        let mut units: Vec<u16> = Vec::new();
        while units.len() < length {
            if self.part.is_empty() {
                flags = self.byte()?;
            }
            let unit = if flags & TWO_BYTES == 0 { u16::from(self.byte()?) } else { self.u16()? };
            units.push(unit);
        }
        Some(String::from_utf16_lossy(&units))
    }
}

/// Reads the sheet at the start of `stream`; `None` where it is cut short.
fn read_sheet(stream: &[u8], strings: &[String], cells: &mut Cells) -> Option<()> {
    let mut depth = 0_u32;
    // The text of a formula stands in a record behind it.
    let mut awaits_text: Option<(u32, u32)> = None;
    for record in Records(stream) {
        let record = record?;
        match record.kind {
            BEGIN => depth += 1,
            END => depth = depth.checked_sub(1)?,
            // A chart within a sheet is a stream within the stream.
            _ if depth == 1 => read_cells(record, strings, cells, &mut awaits_text)?,
            _ => {}
        }
        if depth == 0 || cells.is_full() {
            return Some(());
        }
    }
    None
}

fn read_cells(
    Record { kind, data }: Record<'_>,
    strings: &[String],
    cells: &mut Cells,
    awaits_text: &mut Option<(u32, u32)>,
) -> Option<()> {
    const FORMULA: u16 = 0x0006;
    const FORMULA_TEXT: u16 = 0x0207;
    const MANY_SHORT_NUMBERS: u16 = 0x00BD;
    const RICH_LABEL: u16 = 0x00D6;
    const STRING_NUMBER: u16 = 0x00FD;
    const NUMBER: u16 = 0x0203;
    const LABEL: u16 = 0x0204;
    const TRUTH_OR_FAULT: u16 = 0x0205;
    const SHORT_NUMBER: u16 = 0x027E;
    let place = || Some((u32::from(u16_at(data, 0)?), u32::from(u16_at(data, 2)?)));
    let cell = match kind {
        NUMBER => Some(Cell::Number(f64_at(data, 6)?)),
        SHORT_NUMBER => Some(Cell::Number(short_number(u32_at(data, 6)?))),
        STRING_NUMBER => Some(Cell::Text(strings.get(index_at(data, 6)?)?.clone())),
        LABEL | RICH_LABEL => {
            let length = usize::from(u16_at(data, 6)?);
            Some(Cell::Text(Parts::of(vec![data.get(8..)?]).characters_with_flags(length)?))
        }
        TRUTH_OR_FAULT => Some(truth_or_fault(*data.get(7)? != 0, *data.get(6)?)),
        MANY_SHORT_NUMBERS => {
            let (row, first) = place()?;
            for (column, pair) in (first..).zip(data.get(4..)?.chunks_exact(6)) {
                cells.push(row, column, Cell::Number(short_number(u32_at(pair, 2)?)));
            }
            None
        }
        FORMULA => {
            *awaits_text = None;
            match result_of(data.get(6..14)?)? {
                Computed::Value(cell) => Some(cell),
                Computed::Text => {
                    *awaits_text = place();
                    None
                }
                Computed::Nothing => None,
            }
        }
        FORMULA_TEXT => {
            if let Some((row, column)) = awaits_text.take() {
                let length = usize::from(u16_at(data, 0)?);
                let text = Parts::of(vec![data.get(2..)?]).characters_with_flags(length)?;
                cells.push(row, column, Cell::Text(text));
            }
            None
        }
        _ => None,
    };
    if let Some(cell) = cell {
        let (row, column) = place()?;
        cells.push(row, column, cell);
    }
    Some(())
}

/// What a formula came to.
enum Computed {
    Value(Cell),
    Text,
    Nothing,
}

fn result_of(result: &[u8]) -> Option<Computed> {
    if u16_at(result, 6)? != 0xFFFF {
        return Some(Computed::Value(Cell::Number(f64_at(result, 0)?)));
    }
    Some(match *result.first()? {
        0 => Computed::Text,
        1 => Computed::Value(truth_or_fault(false, *result.get(2)?)),
        2 => Computed::Value(truth_or_fault(true, *result.get(2)?)),
        _ => Computed::Nothing,
    })
}

fn truth_or_fault(is_fault: bool, value: u8) -> Cell {
    let text = match (is_fault, value) {
        (false, 0) => "FALSE",
        (false, _) => "TRUE",
        (true, 0x00) => "#NULL!",
        (true, 0x07) => "#DIV/0!",
        (true, 0x0F) => "#VALUE!",
        (true, 0x17) => "#REF!",
        (true, 0x1D) => "#NAME?",
        (true, 0x24) => "#NUM!",
        (true, _) => "#N/A",
    };
    Cell::Other(text.to_owned())
}

/// A number in 30 bits: a whole number or the upper half of an `f64`, perhaps times a hundred.
fn short_number(bits: u32) -> f64 {
    const HUNDREDTHS: u32 = 0x01;
    const WHOLE: u32 = 0x02;
    let number = if bits & WHOLE == 0 {
        f64::from_bits(u64::from(bits & !(HUNDREDTHS | WHOLE)) << 32)
    } else {
        f64::from(bits.cast_signed() >> 2)
    };
    if bits & HUNDREDTHS == 0 { number } else { number / 100.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_numbers() {
        let upper = u32::try_from(1.5_f64.to_bits() >> 32).unwrap();
        for (bits, number) in
            [(upper, 1.5), (upper | 1, 0.015), (14, 3.0), (0xFFFF_FFFE, -1.0), ((2022 << 2) | 3, 20.22)]
        {
            assert!((short_number(bits) - number).abs() < 1e-12, "{bits:x}");
        }
    }

    #[test]
    fn strings_that_go_on_in_another_record() {
        // Two strings: one of wide characters that goes on in narrow ones, and one with fonts.
        let first: &[u8] = &[2, 0, 0, 0, 2, 0, 0, 0, 4, 0, 1, b'k', 0, b'W', 0];
        let second: &[u8] = &[0, b'h', b's', 1, 0, 8, 1, 0, b'x', 9, 9, 9];
        let third: &[u8] = &[9];
        assert_eq!(strings(vec![first, second, third]).unwrap(), ["kWhs", "x"]);
        assert_eq!(strings(vec![first, second]), None);
    }

    #[test]
    fn chains_that_lead_nowhere() {
        let sector = |number: u32| (number < 3).then_some(&[7_u8][..]);
        assert_eq!(chain(0, &[1, 2, u32::MAX], sector), Some(vec![7, 7, 7]));
        assert_eq!(chain(0, &[1, 0, u32::MAX], sector), None);
        assert_eq!(chain(0, &[1, 9, u32::MAX], sector), None);
    }

    #[test]
    fn a_formula_has_a_result() {
        assert!(
            matches!(result_of(&1.5_f64.to_le_bytes()), Some(Computed::Value(Cell::Number(number))) if number == 1.5)
        );
        assert!(matches!(result_of(&[0, 0, 0, 0, 0, 0, 255, 255]), Some(Computed::Text)));
        assert!(
            matches!(result_of(&[2, 0, 7, 0, 0, 0, 255, 255]), Some(Computed::Value(Cell::Other(text))) if text == "#DIV/0!")
        );
        assert!(matches!(result_of(&[3, 0, 0, 0, 0, 0, 255, 255]), Some(Computed::Nothing)));
    }
}

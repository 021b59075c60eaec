//! What a file is, by its first bytes.

/// The kinds of files that are taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// PDF (ISO 32000-2).
    Pdf,
    /// JPEG (ISO/IEC 10918-1).
    Jpeg,
    /// PNG (ISO/IEC 15948).
    Png,
    /// WebP (RFC 9649).
    Webp,
    /// TIFF 6.0, either byte order.
    Tiff,
}

/// How many bytes tell.
pub const TELLING: usize = 16;

impl Kind {
    /// Every kind.
    pub const ALL: [Kind; 5] = [Kind::Pdf, Kind::Jpeg, Kind::Png, Kind::Webp, Kind::Tiff];

    /// The kind of a file that begins with these bytes; `None` where it is none that is taken. A signature stands at the very beginning, so that no
    /// file is two things at once.
    pub fn of(start: &[u8]) -> Option<Kind> {
        match start {
            [b'%', b'P', b'D', b'F', b'-', b'1'..=b'2', b'.', ..] => Some(Kind::Pdf),
            [0xff, 0xd8, 0xff, 0xc0..=0xfe, ..] => Some(Kind::Jpeg),
            [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', 0, 0, 0, 13, b'I', b'H', b'D', b'R', ..] => Some(Kind::Png),
            [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', b'V', b'P', b'8', b' ' | b'L' | b'X', ..] => Some(Kind::Webp),
            [b'I', b'I', b'*', 0, ..] | [b'M', b'M', 0, b'*', ..] => Some(Kind::Tiff),
            _ => None,
        }
    }

    /// Its media type.
    pub fn media_type(self) -> &'static str {
        match self {
            Kind::Pdf => "application/pdf",
            Kind::Jpeg => "image/jpeg",
            Kind::Png => "image/png",
            Kind::Webp => "image/webp",
            Kind::Tiff => "image/tiff",
        }
    }

    /// With what names of such files end, in small letters; the usual one first.
    fn ends(self) -> &'static [&'static str] {
        match self {
            Kind::Pdf => &["pdf"],
            Kind::Jpeg => &["jpg", "jpeg", "jpe", "jfif"],
            Kind::Png => &["png"],
            Kind::Webp => &["webp"],
            Kind::Tiff => &["tif", "tiff"],
        }
    }

    /// A name for a file of this kind: one that ends otherwise gets the right end behind its own, within so many characters.
    pub fn name(self, name: &str, most: usize) -> String {
        let right =
            name.rsplit_once('.').is_some_and(|(before, end)| !before.is_empty() && self.ends().contains(&end.to_lowercase().as_str()));
        if right {
            return name.to_owned();
        }
        let end = self.ends().first().copied().unwrap_or_default();
        let kept: String = name.chars().take(most - end.len() - 1).collect();
        format!("{kept}.{end}")
    }

    /// The kind of a media type.
    pub fn named(media_type: &str) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.media_type() == media_type)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_bytes_tell() {
        let cases: [(&[u8], Option<Kind>); 12] = [
            (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3", Some(Kind::Pdf)),
            (b"%PDF-2.0", Some(Kind::Pdf)),
            (b"\xff\xd8\xff\xe0\x00\x10JFIF", Some(Kind::Jpeg)),
            (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", Some(Kind::Png)),
            (b"RIFF\x24\x00\x00\x00WEBPVP8 ", Some(Kind::Webp)),
            (b"II*\x00\x08\x00\x00\x00", Some(Kind::Tiff)),
            // A PNG's signature alone, a sound in the container of WebP, a web page, a program, an archive, nothing.
            (b"\x89PNG\r\n\x1a\n", None),
            (b"RIFF\x24\x00\x00\x00WAVEfmt ", None),
            (b"<!doctype html><script>", None),
            (b"MZ\x90\x00", None),
            (b"PK\x03\x04", None),
            (b"", None),
        ];
        for (start, expected) in cases {
            assert_eq!(Kind::of(start), expected, "{start:?}");
        }
        for (kind, name, right) in [
            (Kind::Pdf, "a.pdf", "a.pdf"),
            (Kind::Pdf, "A.PDF", "A.PDF"),
            (Kind::Pdf, "a.exe", "a.exe.pdf"),
            (Kind::Pdf, "a.pdf.exe", "a.pdf.exe.pdf"),
            (Kind::Pdf, "a.pdf ", "a.pdf .pdf"),
            (Kind::Pdf, "营业执照", "营业执照.pdf"),
            (Kind::Pdf, ".pdf", ".pdf.pdf"),
            (Kind::Jpeg, "a.jpeg", "a.jpeg"),
            (Kind::Tiff, "a.tiff", "a.tiff"),
            (Kind::Png, "0123456789.exe", "0123456789.e.png"),
        ] {
            assert_eq!(kind.name(name, 16), right);
        }
        for kind in Kind::ALL {
            assert_eq!(Kind::named(kind.media_type()), Some(kind));
        }
    }
}

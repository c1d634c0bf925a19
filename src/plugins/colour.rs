//! `Colour`: the literals of CSS that a theme may use, and how well two colours can be told apart.

/// A colour in linear light.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Colour {
    red: f64,
    green: f64,
    blue: f64,
    /// Whether anything shines through.
    pub(super) opaque: bool,
}

impl Colour {
    /// Reads `#rgb`, `#rrggbb`, both with a part for opacity, `rgb(…)` and `oklch(…)`.
    pub(super) fn parse(text: &str) -> Option<Self> {
        if let Some(digits) = text.strip_prefix('#') {
            return hex(digits);
        }
        let (name, rest) = text.split_once('(')?;
        let inside = rest.strip_suffix(')')?;
        let (parts, opaque) = parts(inside)?;
        match name {
            "rgb" => {
                let [red, green, blue] = parts.map(|it| it.of(255.0, 255.0).map(|it| it / 255.0));
                Some(Self::from_srgb(red?, green?, blue?, opaque))
            }
            "oklch" => {
                let [light, chroma, hue] = parts;
                let hue = hue.of(360.0, 360.0).filter(|_| !hue.percent)?;
                Some(Self::from_oklch(light.of(1.0, 1.0)?, chroma.of(0.4, 1.0)?, hue, opaque))
            }
            _ => None,
        }
    }

    fn from_srgb(red: f64, green: f64, blue: f64, opaque: bool) -> Self {
        let linear = |it: f64| if it <= 0.040_45 { it / 12.92 } else { ((it + 0.055) / 1.055).powf(2.4) };
        Self { red: linear(red), green: linear(green), blue: linear(blue), opaque }
    }

    /// The matrices are those of CSS Color 4.
    fn from_oklch(light: f64, chroma: f64, hue: f64, opaque: bool) -> Self {
        let (a, b) = (chroma * hue.to_radians().cos(), chroma * hue.to_radians().sin());
        let l = (light + 0.396_337_777_4 * a + 0.215_803_757_3 * b).powi(3);
        let m = (light - 0.105_561_345_8 * a - 0.063_854_172_8 * b).powi(3);
        let s = (light - 0.089_484_177_5 * a - 1.291_485_548 * b).powi(3);
        let inside = |it: f64| it.clamp(0.0, 1.0);
        Self {
            red: inside(4.076_741_662_1 * l - 3.307_711_591_3 * m + 0.230_969_929_2 * s),
            green: inside(-1.268_438_004_6 * l + 2.609_757_401_1 * m - 0.341_319_396_5 * s),
            blue: inside(-0.004_196_086_3 * l - 0.703_418_614_7 * m + 1.707_614_701 * s),
            opaque,
        }
    }

    /// Returns the contrast with another colour, from 1 to 21 (WCAG 2.2).
    pub(super) fn contrast(self, other: Self) -> f64 {
        let (a, b) = (self.luminance() + 0.05, other.luminance() + 0.05);
        if a > b { a / b } else { b / a }
    }

    fn luminance(self) -> f64 {
        0.2126 * self.red + 0.7152 * self.green + 0.0722 * self.blue
    }
}

fn hex(digits: &str) -> Option<Colour> {
    if !digits.bytes().all(|it| it.is_ascii_hexdigit()) {
        return None;
    }
    let pair = |at: usize, length: usize| {
        let part = digits.get(at * length..(at + 1) * length)?;
        let value = u8::from_str_radix(part, 16).ok()?;
        Some(f64::from(if length == 1 { value * 17 } else { value }) / 255.0)
    };
    let (length, has_opacity) = match digits.len() {
        3 => (1, false),
        4 => (1, true),
        6 => (2, false),
        8 => (2, true),
        _ => return None,
    };
    let opaque = !has_opacity || pair(3, length)? >= 1.0;
    Some(Colour::from_srgb(pair(0, length)?, pair(1, length)?, pair(2, length)?, opaque))
}

/// A number, or a part of a hundred.
#[derive(Clone, Copy)]
struct Amount {
    value: f64,
    percent: bool,
}

impl Amount {
    fn parse(text: &str) -> Option<Self> {
        let (digits, percent) = match text.strip_suffix('%') {
            Some(digits) => (digits, true),
            None => (text, false),
        };
        number(digits).map(|value| Self { value, percent })
    }

    /// Returns the amount, where a hundred percent are `whole`, if it is no more than `most`.
    fn of(self, whole: f64, most: f64) -> Option<f64> {
        let value = if self.percent { self.value / 100.0 * whole } else { self.value };
        (value <= most).then_some(value)
    }
}

/// Returns a number without sign and exponent.
pub(super) fn number(text: &str) -> Option<f64> {
    let plain = text.bytes().all(|it| it.is_ascii_digit() || it == b'.');
    let digits = text.bytes().any(|it| it.is_ascii_digit());
    text.parse().ok().filter(|_| plain && digits && text.len() <= 12)
}

/// Splits `1 2 3`, `1 2 3 / 50%`, `1, 2, 3` and `1, 2, 3, .5`; says whether the colour is opaque.
fn parts(inside: &str) -> Option<([Amount; 3], bool)> {
    let (colour, opacity) = match inside.split_once('/') {
        Some((colour, opacity)) => (colour, Some(opacity.trim())),
        None => (inside, None),
    };
    let with_commas = colour.contains(',');
    let mut words: Vec<&str> = match with_commas {
        true => colour.split(',').map(str::trim).collect(),
        false => colour.split_ascii_whitespace().collect(),
    };
    let opacity = match opacity {
        None if with_commas && words.len() == 4 => words.pop(),
        Some(_) if with_commas => return None,
        opacity => opacity,
    };
    let [a, b, c] = words.as_slice() else { return None };
    let opaque = match opacity {
        None => true,
        Some(opacity) => Amount::parse(opacity)?.of(1.0, 1.0)? >= 1.0,
    };
    Some(([Amount::parse(a)?, Amount::parse(b)?, Amount::parse(c)?], opaque))
}

#[cfg(test)]
mod tests {
    use super::Colour;

    fn contrast(a: &str, b: &str) -> f64 {
        let found = Colour::parse(a).unwrap().contrast(Colour::parse(b).unwrap());
        (found * 100.0).round() / 100.0
    }

    #[test]
    fn reads_the_literals_of_css() {
        assert_eq!(contrast("#000", "#ffffff"), 21.0);
        assert_eq!(contrast("#777", "#fff"), 4.48);
        assert_eq!(contrast("rgb(119 119 119)", "rgb(100%, 100%, 100%)"), 4.48);
        assert_eq!(contrast("oklch(0% 0 0)", "oklch(1 0 0)"), 21.0);
        assert!((contrast("oklch(62.8% .2577 29.23)", "#fff") - contrast("#f00", "#fff")).abs() < 0.02);
        for (text, opaque) in
            [("#0008", false), ("#000f", true), ("rgb(0 0 0 / .4)", false), ("rgb(0,0,0,1)", true)]
        {
            assert_eq!(Colour::parse(text).unwrap().opaque, opaque, "{text}");
        }
    }

    #[test]
    fn takes_nothing_else() {
        for text in [
            "red",
            "#12",
            "#12345g",
            "rgb(0 0)",
            "rgb(300 0 0)",
            "rgb(0 0 0",
            "hsl(0 0 0)",
            "url(x)",
            "#fff;color:red",
            "rgb(0 0 0) }",
            "oklch(2 0 0)",
            "oklch(50% 0 10%)",
            "var(--x)",
            "rgb(1e9 0 0)",
            "rgb(-1 0 0)",
            "",
            "#",
            "rgb(. 0 0)",
            "rgb(0 0 0 / 2)",
            "rgb(0 0 0 /)",
            "rgb(0, 0, 0 / 1)",
        ] {
            assert_eq!(Colour::parse(text), None, "{text}");
        }
    }
}

//! `OrderKey`: any value as a key that has a total order, for sorting and for groups.

use std::cmp::Ordering;

use minijinja::value::{Value, ValueKind};

/// A value to sort and to group by: nothing, flags, numbers, texts, and all else by how it is written.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum OrderKey {
    Nothing,
    Flag(bool),
    /// Large whole numbers, such as ids, are not exact as floating ones.
    Number(Float, Option<i128>),
    /// In lower case first, so that `b` stands between `A` and `C`.
    Text(String, String),
    Other(String),
}

/// A number with a total order.
#[derive(Clone, Copy, Debug)]
pub(super) struct Float(f64);

impl Ord for Float {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.total_cmp(&other.0)
    }
}

impl PartialOrd for Float {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Float {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Float {}

impl OrderKey {
    /// Returns the key of a value.
    pub(super) fn of(value: &Value) -> Self {
        match value.kind() {
            ValueKind::Undefined | ValueKind::None => Self::Nothing,
            ValueKind::Bool => Self::Flag(value.is_true()),
            ValueKind::Number => {
                // One zero, and `1.0` is `1`.
                let float = f64::try_from(value.clone()).unwrap_or(f64::NAN) + 0.0;
                Self::Number(Float(float), i128::try_from(value.clone()).ok())
            }
            ValueKind::String => {
                let text = value.as_str().unwrap_or_default();
                Self::Text(text.to_lowercase(), text.to_owned())
            }
            _ => Self::Other(value.to_string()),
        }
    }

    /// Returns the same key where case does not matter.
    pub(super) fn folded(self) -> Self {
        match self {
            Self::Text(lower, _) => Self::Text(lower, String::new()),
            other => other,
        }
    }
}

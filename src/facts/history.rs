//! Points of data over time: one a build, as lines of JSON, so that trends need no database.

use std::collections::BTreeMap;

use minijinja::Value;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

/// The most bytes of one list of points.
const BYTES_MAX: usize = 64 * 1024 * 1024;

/// One point of one key.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Point {
    at: i64,
    key: Vec<String>,
    values: BTreeMap<String, f64>,
}

/// The points of one source.
#[derive(Clone, Debug, Default)]
pub(super) struct Points {
    by_key: BTreeMap<Vec<String>, Vec<Point>>,
}

impl Points {
    /// Reads lines of JSON. A line that is none is left out.
    pub(super) fn read(lines: &[u8]) -> Self {
        let mut points = Self::default();
        let text = String::from_utf8_lossy(lines.get(..BYTES_MAX).unwrap_or(lines));
        for point in text.lines().filter_map(|it| serde_json::from_str::<Point>(it).ok()) {
            points.by_key.entry(point.key.clone()).or_default().push(point);
        }
        points.by_key.values_mut().for_each(|it| it.sort_by_key(|it| it.at));
        points
    }

    /// Adds the point of this build to a key, in place of an earlier one of the same day, and forgets the oldest.
    pub(super) fn add(&mut self, key: &[String], data: &Value, fields: &[String], at: i64, keep: usize) {
        let value = |field: &String| {
            let json: Json = serde_json::to_value(data.get_attr(field).ok()?).ok()?;
            Some((field.clone(), json.as_f64()?))
        };
        let values: BTreeMap<String, f64> = fields.iter().filter_map(value).collect();
        if values.is_empty() {
            return;
        }
        let points = self.by_key.entry(key.to_vec()).or_default();
        let day = |it: i64| it.div_euclid(86_400);
        points.retain(|it| day(it.at) != day(at));
        points.push(Point { at, key: key.to_vec(), values });
        points.sort_by_key(|it| it.at);
        let surplus = points.len().saturating_sub(keep);
        points.drain(..surplus);
    }

    /// Returns the points of a key: by field, a list of `{at, value}`.
    pub(super) fn of(&self, key: &[String], fields: &[String]) -> Value {
        let points = self.by_key.get(key).map(Vec::as_slice).unwrap_or_default();
        let point = |field: &String, it: &Point| {
            let at = jiff::Timestamp::from_second(it.at).ok()?.to_string();
            Some(Value::from_pairs([("at", Value::from(at)), ("value", Value::from(*it.values.get(field)?))]))
        };
        Value::from_pairs(
            fields.iter().map(|field| {
                (field.clone(), points.iter().filter_map(|it| point(field, it)).collect::<Value>())
            }),
        )
    }

    /// Returns all points as lines of JSON, sorted.
    pub(super) fn lines(&self) -> Vec<u8> {
        let mut lines = Vec::new();
        for point in self.by_key.values().flatten() {
            // A point is plain data and can always be written.
            lines.extend(serde_json::to_vec(point).unwrap_or_default());
            lines.push(b'\n');
        }
        lines
    }
}

#[cfg(test)]
mod tests {
    use minijinja::Value;

    use super::Points;

    #[test]
    fn one_point_a_day_and_no_more_than_are_kept() {
        let (key, fields) = (vec!["a".to_owned()], vec!["coverage".to_owned()]);
        let mut points =
            Points::read(b"no json\n{\"at\": 0, \"key\": [\"a\"], \"values\": {\"coverage\": 1}}\n");
        let data = |it: i64| Value::from_pairs([("coverage", it)]);
        for (at, value) in [(86_400, 2), (86_500, 3), (2 * 86_400, 4)] {
            points.add(&key, &data(value), &fields, at, 2);
        }
        let again = Points::read(&points.lines());
        assert_eq!(again.lines(), points.lines());
        let shown = again.of(&key, &fields).get_attr("coverage").unwrap();
        assert_eq!(shown.len(), Some(2));
        assert_eq!(shown.get_item(&Value::from(0)).unwrap().get_attr("value").unwrap(), Value::from(3.0));
    }
}

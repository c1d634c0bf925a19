//! Values of a plugin to series of points on one axis.

use minijinja::Value;
use minijinja::value::ValueKind;

use super::super::moment::Moment;
use super::super::{is_nothing, number, shown};

/// The most points of a series; longer ones keep the lowest and the highest of each part.
const POINTS_MAX: usize = 2_000;

/// The most bars beside each other; of more, the last ones are drawn.
pub(in crate::portal::widgets) const SLOTS_MAX: usize = 200;

/// Where a point stands.
#[derive(Clone, Debug, PartialEq)]
enum Place {
    None,
    Number(f64),
    Time(Box<Moment>),
    Label(String),
}

/// A point as the plugin gives it.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::portal::widgets) struct Point {
    place: Place,
    pub(in crate::portal::widgets) y: f64,
}

impl Point {
    /// Returns when it was, if it says.
    pub(in crate::portal::widgets) fn moment(&self) -> Option<&Moment> {
        match &self.place {
            Place::Time(moment) => Some(moment),
            _ => None,
        }
    }

    /// Returns what it is called.
    pub(super) fn name(&self) -> String {
        match &self.place {
            Place::None => String::new(),
            Place::Number(number) => number::words(*number),
            Place::Time(moment) => moment.day(),
            Place::Label(label) => label.clone(),
        }
    }
}

/// Reads points: numbers, or mappings with `x`, `at`, `date` or `key`, and `y`, `value` or `count`, as `bucket` gives
/// the last of each. What has no number is left out.
pub(in crate::portal::widgets) fn points(value: &Value) -> Vec<Point> {
    if value.kind() == ValueKind::String {
        return Vec::new();
    }
    value.try_iter().map(|items| items.filter_map(|it| point(&it)).collect()).unwrap_or_default()
}

fn point(value: &Value) -> Option<Point> {
    if let Some(y) = number::of(value) {
        return Some(Point { place: Place::None, y });
    }
    let field = |keys: &[&str]| {
        keys.iter().map(|key| value.get_attr(key).unwrap_or_default()).find(|it| !is_nothing(it))
    };
    let y = number::of(&field(&["y", "value", "count"])?)?;
    let time = |it: &Value| Moment::of(it).map(|it| Place::Time(Box::new(it)));
    let place = match field(&["at", "date"]) {
        Some(at) => time(&at).unwrap_or_else(|| Place::Label(shown(&at))),
        None => match field(&["x", "key"]) {
            None => Place::None,
            Some(x) if x.kind() == ValueKind::Number => number::of(&x).map_or(Place::None, Place::Number),
            Some(x) => time(&x).unwrap_or_else(|| Place::Label(shown(&x))),
        },
    };
    Some(Point { place, y })
}

/// What the points of all series stand along.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Axis {
    /// Their order.
    Order,
    Number,
    Time,
    Labels,
}

/// A series on the axis: pairs of place and value.
#[derive(Clone, Debug)]
pub(super) struct Series {
    pub(super) label: String,
    pub(super) unit: String,
    pub(super) points: Vec<(f64, f64)>,
}

/// All series of a chart.
#[derive(Clone, Debug)]
pub(super) struct Data {
    pub(super) axis: Axis,
    /// The names of places, where they are labels.
    pub(super) labels: Vec<String>,
    pub(super) series: Vec<Series>,
}

impl Data {
    /// Puts the points of all series on one axis.
    pub(super) fn new(series: Vec<(String, String, Vec<Point>)>) -> Self {
        let all = || series.iter().flat_map(|(_, _, points)| points);
        let every = |test: fn(&Place) -> bool| all().all(|it| test(&it.place));
        let axis = if every(|it| matches!(it, Place::None)) {
            Axis::Order
        } else if every(|it| matches!(it, Place::Time(_))) {
            Axis::Time
        } else if every(|it| matches!(it, Place::Number(_))) {
            Axis::Number
        } else {
            Axis::Labels
        };
        let mut labels = Vec::new();
        let mut seen = std::collections::BTreeMap::new();
        if axis == Axis::Labels {
            for name in all().map(Point::name) {
                let next = labels.len();
                if let std::collections::btree_map::Entry::Vacant(entry) = seen.entry(name) {
                    labels.push(entry.key().clone());
                    entry.insert(next);
                }
            }
        }
        let at = |index: usize, point: &Point| match &point.place {
            Place::Time(moment) if axis == Axis::Time => moment.seconds as f64,
            Place::Number(number) if axis == Axis::Number => *number,
            _ if axis == Axis::Labels => seen.get(&point.name()).copied().unwrap_or_default() as f64,
            _ => index as f64,
        };
        let placed = series.iter().map(|(label, unit, points)| {
            let mut placed: Vec<(f64, f64)> =
                points.iter().enumerate().map(|(index, it)| (at(index, it), it.y)).collect();
            placed.sort_by(|a, b| a.0.total_cmp(&b.0));
            Series { label: label.clone(), unit: unit.clone(), points: thinned(placed) }
        });
        let series = placed.filter(|it| !it.points.is_empty()).collect();
        Self { axis, labels, series }
    }

    /// Returns the lowest and the highest place.
    pub(super) fn places(&self) -> (f64, f64) {
        span(self.series.iter().flat_map(|it| &it.points).map(|it| it.0))
    }

    /// Returns the lowest and the highest value.
    pub(super) fn values(&self) -> (f64, f64) {
        span(self.series.iter().flat_map(|it| &it.points).map(|it| it.1))
    }

    /// Returns every place at which a series has a value, in order.
    pub(super) fn slots(&self) -> Vec<f64> {
        let mut slots: Vec<f64> = self.series.iter().flat_map(|it| &it.points).map(|it| it.0).collect();
        slots.sort_by(f64::total_cmp);
        slots.dedup();
        slots
    }

    /// Returns what a place is called.
    pub(super) fn name(&self, place: f64) -> String {
        match self.axis {
            Axis::Order => number::words(place + 1.0),
            Axis::Number => number::words(place),
            Axis::Time => {
                let moment = Moment::of_seconds(place as i64);
                moment.map(|it| if it.clock() == "00:00" { it.day() } else { it.words() }).unwrap_or_default()
            }
            Axis::Labels => self.labels.get(place as usize).cloned().unwrap_or_default(),
        }
    }

    /// Returns the unit that all series have.
    pub(super) fn unit(&self) -> &str {
        let first = self.series.first().map(|it| it.unit.as_str()).unwrap_or_default();
        if self.series.iter().all(|it| it.unit == first) { first } else { "" }
    }
}

impl Series {
    /// Returns the value at a place; the last one where there are several.
    pub(super) fn at(&self, place: f64) -> Option<f64> {
        self.points.iter().rev().find(|it| it.0 == place).map(|it| it.1)
    }

    /// Returns a value with the unit.
    pub(super) fn said(&self, value: f64) -> String {
        number::with_unit(&number::words(value), &self.unit)
    }
}

fn span(values: impl Iterator<Item = f64>) -> (f64, f64) {
    values.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), it| (low.min(it), high.max(it)))
}

/// Returns at most the number of points that are drawn: of each part its lowest and its highest, in order.
fn thinned(points: Vec<(f64, f64)>) -> Vec<(f64, f64)> {
    if points.len() <= POINTS_MAX {
        return points;
    }
    let size = points.len().div_ceil(POINTS_MAX / 2);
    let mut kept = Vec::with_capacity(POINTS_MAX);
    for part in points.chunks(size) {
        let indexed = || part.iter().enumerate();
        let low = indexed().min_by(|(_, a), (_, b)| a.1.total_cmp(&b.1)).map(|(index, _)| index);
        let high = indexed().max_by(|(_, a), (_, b)| a.1.total_cmp(&b.1)).map(|(index, _)| index);
        let (Some(low), Some(high)) = (low, high) else { continue };
        kept.extend(part.get(low.min(high)));
        if low != high {
            kept.extend(part.get(low.max(high)));
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(json: &str) -> Value {
        Value::from(minijinja::value::Serde(serde_json::from_str::<serde_json::Value>(json).unwrap()))
    }

    fn data(json: &str) -> Data {
        Data::new(vec![("a".to_owned(), "%".to_owned(), points(&value(json)))])
    }

    #[test]
    fn points_are_numbers_or_mappings() {
        assert_eq!(data("[1, 2, null, \"x\", 3]").series[0].points, [(0.0, 1.0), (1.0, 2.0), (2.0, 3.0)]);
        let times = data(r#"[{"at": "1970-01-03", "value": 2}, {"date": "1970-01-02", "y": 1}]"#);
        assert_eq!(times.axis, Axis::Time);
        assert_eq!(times.series[0].points, [(86_400.0, 1.0), (172_800.0, 2.0)]);
        let labels = data(r#"[{"x": "Rust", "y": 7}, {"x": "Go", "y": 3}]"#);
        assert_eq!((labels.axis.clone(), labels.name(1.0)), (Axis::Labels, "Go".to_owned()));
        assert!(data("[]").series.is_empty() && data("\"12\"").series.is_empty());
    }

    #[test]
    fn long_series_keep_their_extremes() {
        let points: Vec<(f64, f64)> = (0..50_000)
            .map(|it| (f64::from(it), if it == 31_234 { 99.0 } else { f64::from(it % 7) }))
            .collect();
        let kept = thinned(points);
        assert!(kept.len() <= POINTS_MAX, "{}", kept.len());
        assert!(kept.contains(&(31_234.0, 99.0)));
        assert!(kept.windows(2).all(|it| it[0].0 < it[1].0));
    }
}

//! Ranges of numbers and of times to axes with round ticks.

use super::super::moment::{self, Moment};
use super::super::number;
use super::data::{Axis, Data};

/// About how many ticks an axis of values has.
const TICKS: f64 = 4.0;

/// The most ticks along the places.
const TICKS_MAX: usize = 6;

const DAY: i64 = 86_400;

/// An axis: its ends, and its ticks with their words.
#[derive(Clone, Debug)]
pub(super) struct Scale {
    pub(super) low: f64,
    pub(super) high: f64,
    pub(super) ticks: Vec<(f64, String)>,
}

impl Scale {
    /// Returns how far along the axis a value is, from 0 to 1.
    pub(super) fn share(&self, value: f64) -> f64 {
        if self.high > self.low { ((value - self.low) / (self.high - self.low)).clamp(0.0, 1.0) } else { 0.5 }
    }
}

/// Returns the axis of values. Bars and areas begin at zero, and so do lines unless they vary little.
pub(super) fn of_values((low, high): (f64, f64), from_zero: bool, unit: &str) -> Scale {
    let near_zero = low >= 0.0 && high - low > 0.4 * high;
    let low = if from_zero || near_zero { low.min(0.0) } else { low };
    let high = if from_zero { high.max(0.0) } else { high };
    let (low, high) = if high > low { (low, high) } else { (low - 1.0, high + 1.0) };
    let step = nice((high - low) / TICKS);
    let (first, last) = ((low / step).floor(), (high / step).ceil());
    let count = (last - first).clamp(1.0, 20.0) as i64;
    let ticks = (0..=count)
        .map(|index| (first + index as f64) * step)
        .map(|at| (at, number::with_unit(&number::short(at), unit)))
        .collect();
    Scale { low: first * step, high: (first + count as f64) * step, ticks }
}

/// Returns the nearest round number above.
fn nice(rough: f64) -> f64 {
    let size = 10_f64.powf(rough.log10().floor());
    let lead = [1.0, 2.0, 2.5, 5.0, 10.0].into_iter().find(|it| *it * size >= rough * 0.999);
    lead.unwrap_or(10.0) * size
}

/// Returns the axis of places.
pub(super) fn of_places(data: &Data) -> Scale {
    let (low, high) = data.places();
    let ticks = match data.axis {
        Axis::Time => time_ticks(low as i64, high as i64),
        Axis::Number => {
            let ticks = of_values((low, high), false, "").ticks;
            ticks.into_iter().filter(|(at, _)| (low..=high).contains(at)).collect()
        }
        Axis::Order | Axis::Labels => some(&data.slots()).into_iter().map(|at| (at, data.name(at))).collect(),
    };
    Scale { low, high, ticks }
}

/// Returns at most as many places as there is room for ticks, evenly spread, the first one among them.
pub(super) fn some(slots: &[f64]) -> Vec<f64> {
    let step = slots.len().div_ceil(TICKS_MAX).max(1);
    slots.iter().copied().step_by(step).collect()
}

/// Returns ticks at round hours, days, months or years.
fn time_ticks(low: i64, high: i64) -> Vec<(f64, String)> {
    let fits = |step: &i64| (high - low) / step < TICKS_MAX as i64;
    let hours = [3_600, 3 * 3_600, 6 * 3_600, 12 * 3_600];
    if let Some(step) = hours.into_iter().find(fits) {
        return steps(low, high, step, 0, Moment::clock);
    }
    if let Some(step) = [DAY, 2 * DAY, 7 * DAY, 14 * DAY].into_iter().find(fits) {
        // 1970 began on a Thursday; weeks begin on a Monday.
        let offset = if step >= 7 * DAY { 4 * DAY } else { 0 };
        return steps(low, high, step, offset, Moment::short_day);
    }
    month_ticks(low, high)
}

fn steps(low: i64, high: i64, step: i64, offset: i64, words: fn(&Moment) -> String) -> Vec<(f64, String)> {
    let first = (low - offset).div_euclid(step) * step + offset;
    (0..=TICKS_MAX as i64 + 1)
        .map(|index| first + index * step)
        .filter(|at| (low..=high).contains(at))
        .filter_map(|at| Some((at as f64, words(&Moment::of_seconds(at)?))))
        .collect()
}

fn month_ticks(low: i64, high: i64) -> Vec<(f64, String)> {
    let Some((first, last)) = Moment::of_seconds(low).zip(Moment::of_seconds(high)) else {
        return Vec::new();
    };
    let month = |it: &Moment| i64::from(it.year_and_month().0) * 12 + i64::from(it.year_and_month().1) - 1;
    let (from, to) = (month(&first), month(&last));
    let step =
        [1, 2, 3, 6, 12, 24, 60, 120, 600].into_iter().find(|step| (to - from) / step < TICKS_MAX as i64);
    let step = step.unwrap_or(6_000);
    let mut ticks = Vec::new();
    let mut at = from.div_euclid(step) * step;
    while at <= to && ticks.len() <= TICKS_MAX {
        let year = i16::try_from(at.div_euclid(12)).unwrap_or(i16::MAX);
        let begins =
            i8::try_from(at.rem_euclid(12) + 1).ok().and_then(|month| moment::month_begins(year, month));
        if let Some(begins) = begins.filter(|it| (low..=high).contains(it)) {
            let words = Moment::of_seconds(begins)
                .map(|it| if step >= 12 { it.year_and_month().0.to_string() } else { it.month_and_year() });
            ticks.push((begins as f64, words.unwrap_or_default()));
        }
        at += step;
    }
    ticks
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(scale: &[(f64, String)]) -> Vec<&str> {
        scale.iter().map(|it| it.1.as_str()).collect()
    }

    #[test]
    fn ticks_of_values_are_round() {
        assert_eq!(words(&of_values((3.0, 97.0), false, "%").ticks), ["0%", "25%", "50%", "75%", "100%"]);
        assert_eq!(words(&of_values((81.2, 84.9), false, "").ticks), ["81", "82", "83", "84", "85"]);
        assert_eq!(words(&of_values((-5.0, 5.0), true, "").ticks), ["-5", "-2.5", "0", "2.5", "5"]);
        assert_eq!(words(&of_values((7.0, 7.0), false, "").ticks).len(), 5);
        assert_eq!(words(&of_values((0.0, 0.0), true, "").ticks), ["-1", "-0.5", "0", "0.5", "1"]);
    }

    #[test]
    fn ticks_of_times_are_at_the_beginning_of_something() {
        let at = |text: &str| Moment::of(&text.into()).unwrap().seconds;
        let ticks = |from: &str, to: &str| {
            time_ticks(at(from), at(to)).into_iter().map(|it| it.1).collect::<Vec<_>>()
        };
        assert_eq!(
            ticks("2026-05-03T01:00:00Z", "2026-05-03T05:30:00Z"),
            ["01:00", "02:00", "03:00", "04:00", "05:00"]
        );
        assert_eq!(ticks("2026-05-01", "2026-05-28"), ["4 May", "11 May", "18 May", "25 May"]);
        assert_eq!(
            ticks("2026-01-15", "2026-06-15"),
            ["Feb 2026", "Mar 2026", "Apr 2026", "May 2026", "Jun 2026"]
        );
        assert_eq!(ticks("2019-03-01", "2026-03-01"), ["2020", "2022", "2024", "2026"]);
        assert!(ticks("2026-01-01", "2026-01-01").len() <= 1);
    }
}

//! A record to one page of HTML without scripts, dark or light as its reader has it.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::record::{Asked, Record};
use super::timeline::timeline;

const STYLE: &str = include_str!("page.css");

/// How many requests stand above the list of all.
const SLOWEST: usize = 20;

/// Returns the page.
pub(super) fn page(record: &Record) -> String {
    let requests: u64 = record.hosts.values().map(|it| it.requests).sum();
    let bytes: u64 = record.hosts.values().map(|it| it.bytes).sum();
    let waited: f64 = record.hosts.values().map(|it| it.waited_ms).sum();
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { "Where the time went – Callboard" }
                style { (PreEscaped(STYLE)) }
            }
            body {
                h1 { "Where the time went" }
                dl.sums {
                    (sum("The run", &time(record.total_ms)))
                    (sum("Requests", &requests.to_string()))
                    (sum("Read from elsewhere", &size(bytes)))
                    (sum("Waits of all requests", &time(waited)))
                }
                figure { (timeline(record)) }
                p.legend {
                    span.phase { "phase" } span.provider { "provider" } span.request { "request" }
                    span.wait { "waits" } span.failed { "failed" }
                }
                (phases(record))
                (hosts(record))
                (requests_of(record))
            }
        }
    };
    page.into_string()
}

fn sum(name: &str, value: &str) -> Markup {
    html! { div { dt { (name) } dd { (value) } } }
}

fn phases(record: &Record) -> Markup {
    let tables = [("Phases", &record.phases), ("Providers", &record.providers)];
    html! {
        @for (title, phases) in tables.into_iter().filter(|(_, it)| !it.is_empty()) {
            h2 { (title) }
            table {
                thead { tr { th { "Name" } th.n { "Pieces" } th.n { "Start" } th.n { "Time" } th.n { "Share" } } }
                tbody {
                    @for it in phases {
                        tr {
                            td { (it.name) }
                            td.n { @if let Some(count) = it.count { (count) } }
                            td.n { (time(it.start_ms)) }
                            td.n { (time(it.length())) }
                            td.n { (format!("{:.0} %", it.length() / record.total_ms.max(0.1) * 100.0)) }
                        }
                    }
                }
            }
        }
    }
}

fn hosts(record: &Record) -> Markup {
    let mut hosts: Vec<_> = record.hosts.iter().collect();
    hosts.sort_by(|one, other| other.1.took_ms.total_cmp(&one.1.took_ms));
    html! {
        @if !hosts.is_empty() {
            h2 { "Hosts" }
            table {
                thead { tr {
                    th { "Host" } th.n { "Requests" } th.n { "Failed" } th.n { "Size" } th.n { "All waits" }
                    th.n { "All times" } th.n { "Mean" }
                } }
                tbody {
                    @for (host, it) in hosts {
                        tr {
                            td { (host) }
                            td.n { (it.requests) }
                            td.n { (it.failures) }
                            td.n { (size(it.bytes)) }
                            td.n { (time(it.waited_ms)) }
                            td.n { (time(it.took_ms)) }
                            td.n { (time(it.took_ms / it.requests.max(1) as f64)) }
                        }
                    }
                }
            }
        }
    }
}

fn requests_of(record: &Record) -> Markup {
    let mut slowest: Vec<&Asked> = record.requests.iter().collect();
    slowest.sort_by(|one, other| other.took_ms.total_cmp(&one.took_ms));
    slowest.truncate(SLOWEST);
    html! {
        @if !slowest.is_empty() {
            h2 { "Slowest requests" }
            (list(&slowest))
            @if record.requests_left_out > 0 {
                p { (record.requests_left_out) " more requests are in the sums alone." }
            }
            details {
                summary { "All " (record.requests.len()) " by their beginning" }
                (list(&record.requests.iter().collect::<Vec<_>>()))
            }
        }
    }
}

fn list(requests: &[&Asked]) -> Markup {
    html! {
        table {
            thead { tr {
                th { "Address" } th.n { "Status" } th.n { "Start" } th.n { "Wait" } th.n { "Time" } th.n { "Size" }
            } }
            tbody {
                @for it in requests {
                    tr {
                        td.address { (it.address) }
                        td.n { @match it.status { Some(status) => (status), None => "none" } }
                        td.n { (time(it.start_ms)) }
                        td.n { (time(it.waited_ms)) }
                        td.n { (time(it.took_ms)) }
                        td.n { (size(it.bytes)) }
                    }
                }
            }
        }
    }
}

/// Returns milliseconds for people.
pub(super) fn time(ms: f64) -> String {
    match ms {
        ms if ms < 10.0 => format!("{} ms", (ms * 10.0).round() / 10.0),
        ms if ms < 999.5 => format!("{ms:.0} ms"),
        ms if ms < 120_000.0 => format!("{} s", (ms / 10.0).round() / 100.0),
        ms => format!("{:.0} min {:02.0} s", (ms / 60_000.0).floor(), (ms % 60_000.0 / 1000.0).floor()),
    }
}

fn size(bytes: u64) -> String {
    match bytes {
        bytes if bytes < 1024 => format!("{bytes} B"),
        bytes if bytes < 1024 * 1024 => format!("{:.1} KiB", bytes as f64 / 1024.0),
        bytes => format!("{:.1} MiB", bytes as f64 / 1024.0 / 1024.0),
    }
}

#[cfg(test)]
mod tests {
    use super::super::record::Record;
    use super::super::record::tests::{at, exchange};
    use super::{page, time};

    #[test]
    fn the_page_is_whole_escaped_and_without_scripts() {
        let mut record = Record::default();
        record.stage("catalog", Some(3), at(0));
        record.provider("github:<b>acme</b>", false, at(5));
        record.provider("github:<b>acme</b>", true, at(50));
        record.exchanged(&exchange("a.example", "<script>alert(1)</script>", Some(200)), at(10));
        record.exchanged(&exchange("a.example", "\"><svg onload=x>", None), at(12));
        record.finish(at(100));
        let page = page(&record.summed_up());
        assert!(page.starts_with("<!DOCTYPE html>") && page.ends_with("</html>"), "{page}");
        for absent in ["<script", "<b>", "<svg onload", "http-equiv", "src="] {
            assert!(!page.contains(absent), "{absent}");
        }
        for present in
            ["&lt;script&gt;", "github:&lt;b&gt;acme", "prefers-color-scheme", "<svg viewBox", "no answer"]
        {
            assert!(page.contains(present), "{present}");
        }
        assert_eq!(page.matches("class=\"failed\" x=").count(), 1);
    }

    #[test]
    fn a_page_without_anything_is_a_page() {
        assert!(page(&Record::default()).contains("Where the time went"));
    }

    #[test]
    fn times_are_short() {
        let times = [0.0, 1.23, 45.6, 999.0, 1234.0, 61_000.0, 185_400.0].map(time);
        assert_eq!(times, ["0 ms", "1.2 ms", "46 ms", "999 ms", "1.23 s", "61 s", "3 min 05 s"]);
    }
}

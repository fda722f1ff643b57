//! Reasons that no habit of the peer can be computed for, each looked into by
//! hand on the file it stands beside.

/// A figure, by the peer's symbol, of a file, and why it differs.
const STATED: &[(&str, &str, &str)] = &[
    (
        "elevation_gain",
        "gc_FR55-CoreTemp-Walk.fit",
        "All rises between neighbouring altitudes of this walk of 733 m add up to 37.8 m, by its steps to 20.0. It \
            must have been at 0 m, as elsewhere where a record has no altitude; here each has one.",
    ),
    (
        "average_hr",
        "fd_garmin-fr935-cr.fit",
        "Beats kept by the strap come in six later parts of the file. Ours puts each where its time says; the \
            recorder's own mean is 80.",
    ),
    (
        "SDNN",
        "gc_Move_2019_03_17_10_24_32_Running.fit",
        "It read 16,101 of the 16,116 intervals in the file (its share of normal ones, 99.86956 %, is 16,080 of \
            those). The first are the slowest: without five of them ours by its rule is 23.3.",
    ),
    (
        "swolf",
        "gc_Garmin920openwater.fit",
        "The swim was in open water and has no lengths; it assumes a pool of 50 m.",
    ),
    (
        "govss",
        "sl_suunto-uphill.fit",
        "Way is recorded in steps of 11 m or so every 5 to 10 s, by which its grades of single seconds are a tenth of \
            the hill's 22 %; 20.6 points are none for 160 min up 1,818 m. By its grades ours is 27.3.",
    ),
];

/// Why a figure of a file differs, if that was looked into.
pub fn stated(symbol: &str, file: &str) -> Option<&'static str> {
    let found = STATED.iter().find(|(s, f, _)| *s == symbol && *f == file);
    found.map(|(_, _, why)| *why)
}

/// Figures and files whose reason nobody asked for: they agree by now, and the reason is stale.
pub fn stale<'a>(used: impl Fn(&str, &str) -> bool + 'a) -> impl Iterator<Item = String> + 'a {
    let unused = STATED.iter().filter(move |(s, f, _)| !used(s, f));
    unused.map(|(symbol, file, _)| format!("{symbol} of {file}"))
}

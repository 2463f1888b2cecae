//! What the machine knows of a process: clocks and memory (Linux).

use std::time::Duration;

/// Time on the system's monotonic clock, which all processes share.
pub fn monotonic() -> Duration {
    clock(libc::CLOCK_MONOTONIC).expect("the monotonic clock always exists")
}

/// CPU time, user and system, that this process has used so far.
pub fn own_cpu() -> Duration {
    clock(libc::CLOCK_PROCESS_CPUTIME_ID).expect("the own CPU clock always exists")
}

/// CPU time, user and system, that another process has used so far, with the scheduler's resolution.
pub fn cpu_of(pid: u32) -> Option<Duration> {
    let mut id: libc::clockid_t = 0;
    // SAFETY: `id` outlives the call, which only writes to it.
    let failed = unsafe { libc::clock_getcpuclockid(pid as libc::pid_t, &mut id) } != 0;
    if failed { None } else { clock(id) }
}

fn clock(id: libc::clockid_t) -> Option<Duration> {
    let mut at = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: `at` outlives the call, which only writes to it.
    let failed = unsafe { libc::clock_gettime(id, &mut at) } != 0;
    if failed { None } else { Some(Duration::new(at.tv_sec as u64, at.tv_nsec as u32)) }
}

/// User and system time of a process in clock ticks (1/100 s): the split, not the measure.
pub fn ticks_of(pid: u32) -> Option<(u64, u64)> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The command stands in brackets and may hold spaces; utime and stime are fields 14 and 15 of proc(5).
    let mut fields = stat.rsplit_once(')')?.1.split_ascii_whitespace().skip(11);
    Some((fields.next()?.parse().ok()?, fields.next()?.parse().ok()?))
}

/// Resident memory of this process in bytes.
pub fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap_or("0 kB");
    line.trim().trim_end_matches(" kB").trim().parse::<u64>().unwrap_or(0) * 1024
}

/// Threads of this process.
pub fn threads() -> usize {
    std::fs::read_dir("/proc/self/task").map_or(0, |tasks| tasks.count())
}

/// Datagrams the kernel dropped so far because a receive buffer was full, in this network namespace.
pub fn receive_buffer_errors() -> u64 {
    let table = std::fs::read_to_string("/proc/net/snmp").unwrap_or_default();
    let mut rows = table.lines().filter(|line| line.starts_with("Udp:"));
    let (Some(names), Some(values)) = (rows.next(), rows.next()) else { return 0 };
    names
        .split_ascii_whitespace()
        .zip(values.split_ascii_whitespace())
        .find(|(name, _)| *name == "RcvbufErrors")
        .and_then(|(_, value)| value.parse().ok())
        .unwrap_or(0)
}

/// Load average over the last minute.
pub fn load() -> f64 {
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    load.split_ascii_whitespace().next().and_then(|first| first.parse().ok()).unwrap_or(0.0)
}

/// Gives this process another nice value (-20 is the highest priority; below 0 takes root), also where the kernel groups
/// processes by session first, so that other work on the machine disturbs it less. Says so on stderr if it can't.
pub fn raise_priority(nice: i32) {
    // SAFETY: plain system calls without pointers. A new session is a scheduling group of its own; a process that leads
    // one already stays in it.
    let failed = unsafe {
        libc::setsid();
        libc::setpriority(libc::PRIO_PROCESS, 0, nice) != 0
    };
    // Absent where the kernel has no such groups; then the nice value alone counts.
    let _ = std::fs::write("/proc/self/autogroup", nice.to_string());
    if failed {
        eprintln!("priority stays as it is: {}", std::io::Error::last_os_error());
    }
}

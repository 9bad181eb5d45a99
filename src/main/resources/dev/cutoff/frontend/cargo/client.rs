//! What cargo starts in place of rustc while `cutoff cargo` runs, and what rustc starts in place of the linker.
//!
//! As a wrapper it asks Cutoff, at a socket, what to do with a call: run the compiler as it is, run it and hand over what
//! it said, or repeat what an earlier run said. Without a socket it is the compiler. As a linker it notes the command
//! line and keeps the objects, then runs the real one.

use std::env;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::os::unix::net::UnixStream;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::{Path, PathBuf};
use std::process::{exit, Command, Stdio};

const SOCKET: &str = "CUTOFF_CARGO_SOCKET";
const CHAIN: &str = "CUTOFF_CARGO_CHAIN";
const LINK: &str = "CUTOFF_CARGO_LINK";
const LINK_OUTPUT: &str = "CUTOFF_CARGO_LINK_OUTPUT";
const LINKER: &str = "CUTOFF_CARGO_LINKER";

fn main() {
    let arguments: Vec<OsString> = env::args_os().collect();
    if arguments.len() == 2 && arguments[1] == "--cutoff-probe" {
        println!("ready");
        return;
    }
    if let Some(folder) = env::var_os(LINK) {
        if env::current_exe().ok().as_deref() != Some(Path::new(&arguments[0])) {
            link(&arguments, Path::new(&folder));
        }
    }
    if arguments.len() < 2 {
        eprintln!("cutoff: started without a compiler to run; this program is for cargo");
        exit(2);
    }
    let mut command: Vec<OsString> = env::var_os(CHAIN).into_iter().collect();
    command.extend_from_slice(&arguments[1..]);
    if !is_unit(&arguments) {
        become_it(&command);
    }
    match env::var_os(SOCKET).map(UnixStream::connect) {
        Some(Ok(stream)) => match ask(stream, &arguments[1..], &command) {
            Ok(code) => exit(code),
            // Before the compiler ran: later errors are no reason to run it again.
            Err(_) => become_it(&command),
        },
        _ => become_it(&command),
    }
}

/// Queries, and what build scripts compile to probe the compiler, need no decision: only cargo asks to be told of artifacts.
fn is_unit(arguments: &[OsString]) -> bool {
    arguments.len() > 4
        && arguments[2] == "--crate-name"
        && arguments[3] != "___"
        && arguments.iter().any(|a| a.as_bytes().starts_with(b"--json=") && contains(a.as_bytes(), b"artifacts"))
}

fn contains(text: &[u8], part: &[u8]) -> bool {
    text.windows(part.len()).any(|w| w == part)
}

fn become_it(command: &[OsString]) -> ! {
    let error = Command::new(&command[0]).args(&command[1..]).exec();
    eprintln!("cutoff: can't run {}: {}", command[0].to_string_lossy(), error);
    exit(127);
}

fn put(to: &mut Vec<u8>, text: &[u8]) {
    to.extend_from_slice(&(text.len() as u32).to_be_bytes());
    to.extend_from_slice(text);
}

fn number(from: &mut impl Read) -> io::Result<u32> {
    let mut bytes = [0; 4];
    from.read_exact(&mut bytes)?;
    Ok(u32::from_be_bytes(bytes))
}

fn take(from: &mut impl Read) -> io::Result<Vec<u8>> {
    let mut text = vec![0; number(from)? as usize];
    from.read_exact(&mut text)?;
    Ok(text)
}

fn take_all(from: &mut impl Read) -> io::Result<Vec<OsString>> {
    let count = number(from)?;
    (0..count).map(|_| take(from).map(OsString::from_vec)).collect()
}

fn letter(from: &mut impl Read) -> io::Result<u8> {
    let mut byte = [0];
    from.read_exact(&mut byte)?;
    Ok(byte[0])
}

fn ask(mut stream: UnixStream, call: &[OsString], command: &[OsString]) -> io::Result<i32> {
    let mut message = Vec::with_capacity(1 << 15);
    put(&mut message, env::current_dir()?.as_os_str().as_bytes());
    message.extend_from_slice(&(call.len() as u32).to_be_bytes());
    call.iter().for_each(|a| put(&mut message, a.as_bytes()));
    let variables: Vec<(OsString, OsString)> = env::vars_os().collect();
    message.extend_from_slice(&(variables.len() as u32).to_be_bytes());
    for (name, value) in &variables {
        let mut both = name.as_bytes().to_vec();
        both.push(b'=');
        both.extend_from_slice(value.as_bytes());
        put(&mut message, &both);
    }
    stream.write_all(&message)?;
    match letter(&mut stream)? {
        b'K' => {
            let said = take(&mut stream)?;
            io::stderr().write_all(&said)?;
            Ok(0)
        }
        b'R' => {
            let holds = letter(&mut stream)? == 1;
            let replaced = take_all(&mut stream)?;
            let variables = take_all(&mut stream)?;
            Ok(run(stream, command, &replaced, &variables, holds))
        }
        _ => become_it(command),
    }
}

/// Runs the compiler, with words of its command line replaced (OLD, NEW; none is OLD for a further one). With `holds`, the notice that metadata is ready waits until Cutoff says whose metadata counts.
fn run(mut stream: UnixStream, command: &[OsString], replaced: &[OsString], set: &[OsString], holds: bool) -> i32 {
    let mut start = Command::new(&command[0]);
    let mut words: Vec<OsString> = command[1..].to_vec();
    for pair in replaced.chunks(2) {
        if pair[0].is_empty() {
            words.push(pair[1].clone());
        }
        words.iter_mut().filter(|w| **w == pair[0]).for_each(|w| *w = pair[1].clone());
    }
    start.args(&words).stderr(Stdio::piped());
    for pair in set.chunks(2) {
        start.env(&pair[0], &pair[1]);
    }
    let mut child = match start.spawn() {
        Ok(child) => child,
        Err(e) => {
            eprintln!("cutoff: can't run {}: {}", command[0].to_string_lossy(), e);
            return 127;
        }
    };
    let mut said = Vec::new();
    let mut held = Vec::new();
    let mut holding = false;
    let mut asked = !holds;
    let mut reader = BufReader::new(child.stderr.take().expect("piped"));
    let mut line = Vec::new();
    while reader.read_until(b'\n', &mut line).unwrap_or(0) > 0 {
        if !asked && contains(&line, b"\"$message_type\":\"artifact\"") && contains(&line, b"\"emit\":\"metadata\"") {
            asked = true;
            holding = matches!(letter(&mut stream), Ok(b'k'));
        }
        said.extend_from_slice(&line);
        if holding {
            held.extend_from_slice(&line);
        } else {
            let _ = io::stderr().write_all(&line);
        }
        line.clear();
    }
    let status = child.wait();
    let code = match status {
        Ok(s) => s.code().unwrap_or_else(|| 128 + s.signal().unwrap_or(0)),
        Err(_) => 127,
    };
    let mut message = vec![b'D'];
    message.extend_from_slice(&(code as u32).to_be_bytes());
    message.extend_from_slice(&micros_of_children().to_be_bytes());
    put(&mut message, &said);
    let answered = stream.write_all(&message).and_then(|_| loop {
        // A verdict that was not waited for comes first.
        if letter(&mut stream)? == b'.' {
            break Ok(());
        }
    });
    if holding && answered.is_err() {
        // What was announced and what was compiled may not fit: cargo must not go on from it.
        let _ = io::stderr().write_all(&held.split_inclusive(|b| *b == b'\n')
            .filter(|l| !contains(l, b"\"$message_type\":\"artifact\"")).collect::<Vec<_>>().concat());
        eprintln!("cutoff: the outputs could not be put in place; run the build again");
        return if code == 0 { 101 } else { code };
    }
    let _ = io::stderr().write_all(&held);
    code
}

#[repr(C)]
#[derive(Default)]
struct Usage {
    user: [i64; 2],
    system: [i64; 2],
    rest: [i64; 14],
}

extern "C" {
    fn getrusage(who: i32, usage: *mut Usage) -> i32;
}

fn micros_of_children() -> u64 {
    let mut usage = Usage::default();
    // SAFETY: the structure has the layout of the C library's on 64-bit Linux.
    if unsafe { getrusage(-1, &mut usage) } != 0 {
        return 0;
    }
    ((usage.user[0] + usage.system[0]) * 1_000_000 + usage.user[1] + usage.system[1]) as u64
}

/// Notes a link command, keeps the objects of the compiler under names of their own, and becomes the linker.
fn link(arguments: &[OsString], folder: &Path) -> ! {
    let mut real = Command::new(real_linker(&arguments[0]));
    real.args(&arguments[1..]);
    let output = env::var_os(LINK_OUTPUT).unwrap_or_default();
    if arguments.windows(2).any(|w| w[0] == "-o" && w[1] == output) {
        if let Err(e) = note(arguments, folder) {
            let _ = fs::write(folder.join("failed"), e.to_string());
        }
    }
    for name in [LINK, LINK_OUTPUT, LINKER] {
        real.env_remove(name);
    }
    let error = real.exec();
    eprintln!("cutoff: can't run the linker {}: {}", arguments[0].to_string_lossy(), error);
    exit(127);
}

fn real_linker(name: &OsStr) -> OsString {
    if let Some(linker) = env::var_os(LINKER) {
        if !linker.is_empty() {
            return linker;
        }
    }
    let own = env::current_exe().ok().and_then(|p| p.canonicalize().ok());
    let base = Path::new(name).file_name().unwrap_or(name).to_owned();
    for folder in env::split_paths(&env::var_os("PATH").unwrap_or_default()) {
        let candidate = folder.join(&base);
        if candidate.is_file() && candidate.canonicalize().ok() != own {
            return candidate.into_os_string();
        }
    }
    base
}

fn note(arguments: &[OsString], folder: &Path) -> io::Result<()> {
    let mut message = Vec::new();
    put(&mut message, env::current_dir()?.as_os_str().as_bytes());
    put(&mut message, real_linker(&arguments[0]).as_bytes());
    put(&mut message, env::var_os("PATH").unwrap_or_default().as_bytes());
    for (i, argument) in arguments[1..].iter().enumerate() {
        let path = PathBuf::from(argument);
        if argument.as_bytes().ends_with(b".o") && path.is_absolute() && path.is_file() {
            let kept = folder.join(format!("{i}.o"));
            if fs::hard_link(&path, &kept).is_err() {
                fs::copy(&path, &kept)?;
            }
            put(&mut message, kept.as_os_str().as_bytes());
        } else {
            put(&mut message, argument.as_bytes());
        }
    }
    fs::write(folder.join("command"), message)
}

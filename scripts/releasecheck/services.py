# SPDX-License-Identifier: MIT
"""What docs/install.md says of services beside the system's own: one that is open for GPUs, and one of a single user."""

from pathlib import Path

from releasecheck.checks import MODEL, expect
from releasecheck.systems import System

QUESTION = "What is the capital of France?"


def opens_for_gpus(system: System) -> str:
    """The package's drop-in for GPUs: systemd takes it, and the service answers."""
    # udev makes these groups, and a system without hardware has none.
    system.run("systemd-sysusers", "--inline", "g video -", "g render -")
    folder = "/etc/systemd/system/enginehouse.service.d"
    system.run("install", "-Dm", "644", "/usr/share/doc/enginehouse/enginehouse.service.d/gpu.conf", "-t", folder)
    system.run("systemctl", "daemon-reload")
    system.run("systemctl", "restart", "enginehouse.service")
    verified = system.run("systemd-analyze", "--man=no", "verify", "enginehouse.service")
    expect(not (verified.stdout + verified.stderr).strip(), f"verify says {verified.stdout}{verified.stderr}")
    text = system.run("enginehouse", "chat", MODEL, QUESTION).stdout.strip()
    expect("Paris" in text, f"the chat says {text!r}")
    system.run("rm", "-r", folder)
    system.run("systemctl", "daemon-reload")
    system.run("systemctl", "restart", "enginehouse.service")
    return repr(text)


def serves_one_user(system: System, archive: Path) -> str:
    """The units of a user, under a systemd of that user: options, a restart, the end."""
    before = set(system.files())
    system.run("tar", "-xzf", f"/packages/{archive.name}", "-C", "/usr/local", "--strip-components=1")
    # A user that every Debian has; a new one leaves copies of /etc/subuid.
    user, own = "daemon", {"HOME": "/home/daemon", "XDG_RUNTIME_DIR": "/run/user/daemon"}
    system.run("install", "-d", "-o", user, *own.values())
    variables = [f"{name}={value}" for name, value in own.items()]
    # What logind would start with a session.
    system.run("systemd-run", "--unit=one-user", f"--uid={user}", "--property=Delegate=yes", *(f"--setenv={one}" for one in variables),
               "/usr/lib/systemd/systemd", "--user")
    become = ("setpriv", f"--reuid={user}", f"--regid={user}", "--clear-groups")
    units = ("enginehouse.socket", "enginehouse.service")

    def control(*words: str) -> str:
        return system.run(*become, "systemctl", "--user", *words, environment=own).stdout.strip()

    system.wait_for(*become, "env", *variables, "systemctl", "--user", "list-units")
    control("enable", "--now", *units)
    place = f"{own['HOME']}/.config/enginehouse"
    system.run(*become, "sh", "-c", f"mkdir -p {place} && echo 'ENGINEHOUSE_OPTIONS=--models-dir /usr/local/share/enginehouse/models'"
               f" >{place}/environment")
    control("restart", "enginehouse.service")
    text = system.run(*become, "enginehouse", "chat", MODEL, QUESTION, environment=own).stdout.strip()
    expect("Paris" in text, f"the chat says {text!r}")
    control("disable", "--now", *units)
    system.run("systemctl", "stop", "one-user.service")
    system.run("rm", "-r", *own.values())
    system.run("sh", "-c", "cd /usr/local && xargs -a share/enginehouse/installed-files rm -f"
               " && rm -r lib/enginehouse share/enginehouse share/doc/enginehouse")
    left = [path for path in set(system.files()) - before if "enginehouse" in path]
    expect(not left, f"{len(left)} files are left: {left[:8]}")
    return repr(text)

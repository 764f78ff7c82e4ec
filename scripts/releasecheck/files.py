# SPDX-License-Identifier: MIT
"""The files of a release: that they are whole, and that what others read of them has their form."""

import contextlib
import plistlib
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from releasecheck.checks import ROOT, Checks, expect
from releasecheck.systems import command, roots

# What launchd.plist(5) says of the keys that may stand in ours.
LAUNCHD = {"Label": str, "ProgramArguments": list, "RunAtLoad": bool, "KeepAlive": dict, "ExitTimeOut": int, "ProcessType": str,
           "SoftResourceLimits": dict, "StandardErrorPath": str}
PROCESS_TYPES = {"Background", "Standard", "Adaptive", "Interactive"}
# Homebrew's words that a formula of ours may say, as methods that note what was said.
HOMEBREW = r'''
class Formula
  class << self
    attr_reader :said
    def test = @said << "test"
    def method_missing(name, *words, &body)
      (@said ||= []) << name.to_s
      instance_eval(&body) if body && name == :service
    end
    def respond_to_missing?(*) = true
    def opt_bin = Pathname("/opt")
    def var = Pathname("/var")
  end
  def prefix = "/opt/homebrew/Cellar/enginehouse/0.1.0"
  def buildpath = Pathname(Dir.pwd)
  def system(*words) = puts(words.join(" "))
end
require "pathname"
load ARGV[0]
missing = %w[desc homepage url sha256 license depends_on service test] - Enginehouse.said
abort("it doesn't say #{missing.join(", ")}") unless missing.empty?
Enginehouse.new.install
'''


def bill_is_valid(dist: Path) -> str:
    """By CycloneDX' own schema, with their own library."""
    bill = next(dist.glob("*.cdx.json"))
    environment = roots() / "cyclonedx"
    if not (environment / "bin/python").exists():
        command(sys.executable, "-m", "venv", str(environment))
        command(str(environment / "bin/pip"), "install", "-q", "cyclonedx-python-lib[json-validation]>=8", timeout=300)
    code = ("import json, sys\nfrom cyclonedx.schema import SchemaVersion\nfrom cyclonedx.validation.json import JsonStrictValidator\n"
            "text = open(sys.argv[1]).read()\nproblem = JsonStrictValidator(SchemaVersion.V1_6).validate_str(text)\n"
            "print(len(json.loads(text)['components']))\nsys.exit(f'{problem}' if problem else 0)\n")
    count = command(str(environment / "bin/python"), "-c", code, str(bill), timeout=120).stdout.strip()
    return f"{count} components"


def sums_hold(dist: Path) -> str:
    done = subprocess.run(["sha256sum", "--check", "--quiet", "SHA256SUMS"], cwd=dist, capture_output=True, text=True, check=False)
    expect(done.returncode == 0, done.stdout + done.stderr)
    named = {line.split()[1].lstrip("*") for line in (dist / "SHA256SUMS").read_text().splitlines()}
    missing = {path.name for path in dist.iterdir()} - named - {"SHA256SUMS"}
    expect(not missing, f"SHA256SUMS doesn't name {missing}")
    return f"{len(named)} files"


def plist_is_sound() -> str:
    """launchd's file has keys of launchd.plist(5), with their types."""
    said = plistlib.loads((ROOT / "packaging/launchd/enginehouse.plist.in").read_bytes())
    wrong = {key for key, value in said.items() if not isinstance(value, LAUNCHD.get(key, ()))}
    expect(not wrong, f"{wrong} aren't keys of launchd with such values")
    expect(said["ProcessType"] in PROCESS_TYPES, f"ProcessType {said['ProcessType']}")
    expect(said["KeepAlive"].keys() <= {"SuccessfulExit", "Crashed", "PathState", "OtherJobEnabled", "AfterInitialDemand"},
           f"KeepAlive {said['KeepAlive']}")
    return f"{len(said)} keys"


def formula_is_ruby(dist: Path) -> str:
    """Ruby reads the formula; its steps are commands that the source archive has."""
    ruby = shutil.which("ruby")
    if ruby is None:
        return "not tried, since ruby isn't here"
    formula, source = dist / "enginehouse.rb", next(path for path in dist.glob("*.tar.gz") if "-linux-" not in path.name)
    steps = command(ruby, "-W0", "-e", HOMEBREW, str(formula)).stdout.splitlines()
    held = {line.split("/", 1)[-1] for line in command("tar", "-tzf", str(source)).stdout.splitlines()}
    for step in steps:
        program = step.split()[0]
        expect(program == "swift" or program in held, f"'{step}': {source.name} has no {program}")
    expect(f'sha256 "{command("sha256sum", str(source)).stdout.split()[0]}"' in formula.read_text(), "the formula has another hash")
    return f"{len(steps)} steps"


def installs_and_goes(tree: Path) -> str:
    """scripts/install: what an earlier version had goes with an update, and a removal leaves what is others'."""
    with tempfile.TemporaryDirectory(prefix="eh-install-") as folder:
        prefix = Path(folder) / "outer/prefix"
        words = (str(ROOT / "scripts/install"), "--prefix", str(prefix))
        command(*words, "--from", str(tree / "bin"))
        count = len([path for path in prefix.rglob("*") if path.is_file()])
        listed = prefix / "share/enginehouse/installed-files"
        (prefix / "lib/enginehouse-old").mkdir()
        (prefix / "lib/enginehouse-old/gone.so").touch()
        listed.write_text(listed.read_text() + "lib/enginehouse-old/gone.so\n")
        (prefix / "share/enginehouse/installed-folders").open("a").write("lib/enginehouse-old\n")
        command(*words, "--from", str(tree / "bin"))
        expect(not (prefix / "lib/enginehouse-old/gone.so").exists(), "an update leaves a file of the version before")
        (prefix / "bin/other").touch()
        command(*words, "--uninstall")
        left = [str(path.relative_to(prefix)) for path in prefix.rglob("*")]
        expect(sorted(left) == ["bin", "bin/other"], f"a removal leaves {left}")
        (prefix / "bin/other").unlink()
        (prefix / "bin").rmdir()
        prefix.rmdir()
        command(*words, "--from", str(tree / "bin"))
        command(*words, "--uninstall")
        expect(not prefix.exists(), "a removal leaves the folder that the installation made")
    return f"{count} files put and removed"


@contextlib.contextmanager
def unpacked(dist: Path) -> Iterator[Path]:
    """The archive of programs, in a folder of its own."""
    with tempfile.TemporaryDirectory(prefix="eh-release-") as folder:
        command("tar", "-xzf", str(next(dist.glob("*-linux-*.tar.gz"))), "-C", folder, "--strip-components=1")
        yield Path(folder)


def newer_package(dist: Path, folder: Path) -> Path:
    """The same package with the next version, for an upgrade."""
    package = next(dist.glob("*.deb"))
    tree = folder / "tree"
    command("dpkg-deb", "--raw-extract", str(package), str(tree))
    control = tree / "DEBIAN/control"
    control.write_text(re.sub(r"(?m)^(Version: .*)$", r"\1+1", control.read_text()))
    command("dpkg-deb", "--root-owner-group", "-Znone", "--build", str(tree), str(folder / "newer.deb"), timeout=120)
    shutil.rmtree(tree)
    return folder / "newer.deb"


def check_files(check: Checks, dist: Path) -> None:
    """Makes the checks of the files."""
    check("SHA256SUMS names every file", lambda: sums_hold(dist))
    check("the bill of materials is valid", lambda: bill_is_valid(dist))
    check("launchd's file is sound", plist_is_sound)
    check("Homebrew's formula is sound", lambda: formula_is_ruby(dist))
    with unpacked(dist) as tree:
        check("an installation is updated and removed", lambda: installs_and_goes(tree))

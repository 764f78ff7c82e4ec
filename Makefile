# SPDX-License-Identifier: MIT
#
# make run    set up what is missing, build, and serve the demo models
# make test   set up what is missing, build, and run every test; ends with "N passed, N failed"
# make lint   read everything without running it; a part of make test

.PHONY: run test build engine web setup bench conformance zoo fuzz sanitize check-more docs format lint release release-check install uninstall clean

MODELS ?= models
PORT ?= 8080
# Of make fuzz: seconds for each target. Of make sanitize: thread or address, both if nothing is said.
SECONDS_EACH ?= 60
KIND ?=

run: build
	@scripts/demo "$(MODELS)" "$(PORT)"

test: setup engine web
	@scripts/setup --tests
	@scripts/test

build: setup engine web
	@scripts/build

# System packages, where they are missing.
setup:
	@scripts/setup

# The inference library, built once into a per-user cache.
engine: setup
	@scripts/engine

# The web page's libraries, out of Debian's packages; the page does without.
web: setup
	@scripts/web

bench: build
	@scripts/bench

# llama-server's own test suite against our programs.
conformance: build
	@scripts/conformance

# A random model of every architecture that the engine knows: chat, cache, slots, sleep.
zoo: build
	@scripts/zoo

# What reads strangers' bytes, fed with what libFuzzer makes up; a minute each.
fuzz: setup
	@scripts/fuzz $(SECONDS_EACH)

# Swift's tests under the sanitizers for data races and memory.
sanitize: setup engine web
	@scripts/sanitize $(KIND)

# A site of the pages of Markdown, and each target's symbols by DocC, in .build/docs.
docs: setup engine web
	@scripts/docs

# All checks that take too long for make test.
check-more: sanitize fuzz conformance zoo

format:
	@swift format -i -r Sources Tests Package.swift

# Format of Swift, shell, Python, the page's types, the pages of Markdown.
lint:
	@scripts/setup --lint
	@scripts/lint

# What is installed elsewhere, in .build/dist: an archive and a Debian package for any processor of this architecture.
release: setup web
	@scripts/release

# That on systems where nothing is prepared: fresh Debian roots, old and new processors. Needs root.
release-check:
	@scripts/release-check

# What `make build` built for this machine.
PREFIX ?= /usr/local
install:
	@scripts/install --prefix "$(PREFIX)" --destdir "$(DESTDIR)"

uninstall:
	@scripts/install --uninstall --prefix "$(PREFIX)" --destdir "$(DESTDIR)"

clean:
	@rm -rf .build .build-release .engine .engine-portable .web

// SPDX-License-Identifier: MIT

import Platform

/// A terminal that hands over each key as it is pressed, shows nothing by itself and makes no signals of keys.
struct RawMode: Sendable {
    private let saved: termios

    /// nil if standard input is no terminal.
    init?() {
        var settings = termios()
        guard tcgetattr(STDIN_FILENO, &settings) == 0 else { return nil }
        saved = settings
    }

    func begin() {
        var settings = saved
        settings.c_lflag &= ~tcflag_t(ICANON | ECHO | ISIG | IEXTEN)
        settings.c_iflag &= ~tcflag_t(IXON | ICRNL | INLCR)
        tcsetattr(STDIN_FILENO, TCSADRAIN, &settings)
    }

    /// Leaves the terminal as it was found.
    func end() {
        var settings = saved
        tcsetattr(STDIN_FILENO, TCSADRAIN, &settings)
    }

    /// Stops the program as Ctrl-Z does, in a moment: no thread here takes signals, so it isn't this one that is stopped first.
    func suspend() {
        end()
        kill(getpid(), SIGTSTP)
    }
}

# SPDX-License-Identifier: MIT
"""A pytest plugin for llama-server's suite: nothing is downloaded before the tests, since the cache is filled already."""

import pytest


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    import utils  # the suite's own module

    utils.ServerPreset.load_all = staticmethod(lambda: None)
    start = utils.ServerProcess.start

    def start_offline(self, *arguments, **options):
        self.offline = True
        return start(self, *arguments, **options)

    utils.ServerProcess.start = start_offline

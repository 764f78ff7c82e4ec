// SPDX-License-Identifier: MIT

import Fleet

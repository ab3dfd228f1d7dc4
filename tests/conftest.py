"""What all tests rely on."""

import signal

# Ctrl-C is tested, also in processes that tests start; a test run in the background would have them all ignore it.
signal.signal(signal.SIGINT, signal.default_int_handler)

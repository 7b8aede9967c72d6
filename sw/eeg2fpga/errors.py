"""The exceptions that end a command with one line instead of a traceback."""


class UserError(Exception):
    """Bad input. The message is one line: what is wrong, where, and what to do about it.

    The command line prints it without a traceback and exits with 2.
    """


class CheckError(Exception):
    """The input is fine, the result is not: timing missed, a tool that failed. One line; exit code 1."""


class MissingToolsError(Exception):
    """All is done that can be without a tool that is not installed. What to get and how to go on; exit code 3."""

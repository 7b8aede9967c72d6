"""The one exception that a user's mistake raises."""


class UserError(Exception):
    """Bad input. The message is one line: what is wrong, where, and what to do about it.

    The command line prints it without a traceback and exits with 2.
    """

"""The shell around a generated accelerator, driven through its registers."""

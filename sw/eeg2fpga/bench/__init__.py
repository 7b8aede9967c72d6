"""What the accelerator is compared with, and how it scales."""

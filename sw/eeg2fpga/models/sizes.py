"""The three sizes of EEGNet: 6.4k, 14k and 25k parameters (float, 19 electrodes, two classes; docs/accuracy.md).

Chosen on validation people of EEGMAT by docs/accuracy.md's search; every value can be replaced in a build's YAML.
"""

SIZES: dict[str, dict] = {
    "s": {
        "width": 24,
        "stem_kernel": 40,
        "blocks": [{"hidden": 80, "kernel": 7, "stride": 2}],
    },
    "m": {
        "width": 32,
        "stem_kernel": 40,
        "blocks": [{"hidden": 80, "kernel": 5, "stride": 2}, {"hidden": 80, "kernel": 5}],
    },
    "l": {
        "width": 40,
        "stem_kernel": 40,
        "blocks": [{"hidden": 120, "kernel": 9, "stride": 2}, {"hidden": 120, "kernel": 9}],
    },
}

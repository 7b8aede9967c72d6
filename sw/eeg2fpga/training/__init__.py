"""Stage 1 (float teachers), stage 2 (binarized, distilled) and evaluation."""

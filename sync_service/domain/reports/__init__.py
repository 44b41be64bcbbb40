"""Reports of the office: what they say, as rows, columns and sentences; how they look is an adapter's business."""

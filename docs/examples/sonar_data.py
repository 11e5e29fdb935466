"""What the examples share: their options, and the Sonar returns of Gorman and Sejnowski (1988)."""

from __future__ import annotations

import argparse
import csv
from pathlib import Path
from typing import Any

import numpy as np


def options(description: str, reads_sonar: bool = True) -> argparse.Namespace:
    """Return the options of an example: ``images`` and, if it reads Sonar, ``data``."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--images", type=Path, default=Path("demo-output"), help="folder for the pictures")
    if reads_sonar:
        parser.add_argument(
            "--data", type=Path, help="sonar.csv: 60 bands, then M or R; by default it is fetched from OpenML"
        )
    chosen = parser.parse_args()
    chosen.images.mkdir(parents=True, exist_ok=True)
    return chosen


def sonar(path: Path | None) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Return 208 returns of 60 bands, and their labels: M for a mine, R for a rock."""
    if path is None:
        from sklearn.datasets import fetch_openml

        try:
            X, y = fetch_openml("sonar", version=1, return_X_y=True, as_frame=False)
        except Exception as error:  # no network, a proxy, a certificate, an answer that is none
            raise SystemExit(
                f"the Sonar returns could not be fetched from OpenML ({type(error).__name__}: {error}); pass the file, "
                "--data sonar.csv: 60 bands, then M or R, in each line"
            ) from error
        return X.astype(float), np.array([label[0] for label in y])  # Mine, Rock
    if not path.is_file():
        raise SystemExit(f"--data must be the file sonar.csv, there is none at {path}")
    with path.open(newline="", encoding="utf-8") as file:
        rows = [row for row in csv.reader(file) if row and row[0][:1].isdigit()]  # a heading or none
    return np.array([row[:60] for row in rows], dtype=float), np.array([row[60] for row in rows])


def save(figure: Any, path: Path) -> None:
    """Write a picture, and say where it is."""
    figure.savefig(path, dpi=90, bbox_inches="tight")
    print(f"picture: {path}")

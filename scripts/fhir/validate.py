"""Validates R5 resources with fhir.resources. In: a folder of JSON files. Out: what is wrong, and exit code 1."""

import json
import pathlib
import sys

from fhir.resources import get_fhir_model_class


def main(folder: str) -> int:
    files = sorted(pathlib.Path(folder).glob("*.json"))
    if not files:
        print(f"no resource in {folder}")
        return 1
    wrong = 0
    for file in files:
        body = json.loads(file.read_text())
        try:
            get_fhir_model_class(body["resourceType"]).model_validate(body)
        except ValueError as error:
            wrong += 1
            print(f"{file.name}: {error}")
    print(f"R5: {len(files) - wrong} of {len(files)} resources are valid")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))

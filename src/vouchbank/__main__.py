"""`python -m vouchbank`: the command line without the script."""

from vouchbank.cli import main

if __name__ == "__main__":
    main(prog_name="vouchbank")

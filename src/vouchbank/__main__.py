"""`python -m vouchbank` runs the command line where the script is not on the path."""

from vouchbank.cli import main

if __name__ == "__main__":
    main(prog_name="vouchbank")

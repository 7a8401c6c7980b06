"""`python -m sharemall.cli` is the command line too, wherever the environment's scripts lie."""

from sharemall.cli.main import run

if __name__ == "__main__":
    run()

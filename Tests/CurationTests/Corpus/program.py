import os

def main(path="."):
    """Prints names."""
    for name in sorted(os.listdir(path)):
        print(f"{name:>20} {os.stat(name).st_size}")

if __name__ == "__main__":
    main()

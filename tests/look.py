"""look.py PICTURE.png: is there a page with curves in it?

Reads the picture of a report without any package: it must be large enough,
mostly light or mostly dark (the page), and hold a fair number of pixels in
each of the two colours that the curves have.
"""
import struct
import sys
import zlib


def pixels(path):
    data = open(path, "rb").read()
    assert data[:8] == b"\x89PNG\r\n\x1a\n", "no PNG"
    at, packed = 8, b""
    while at < len(data):
        length, kind = struct.unpack(">I4s", data[at:at + 8])
        body = data[at + 8:at + 8 + length]
        if kind == b"IHDR":
            width, height, depth, colour = struct.unpack(">IIBB", body[:10])
        elif kind == b"IDAT":
            packed += body
        at += length + 12
    assert depth == 8 and colour in (2, 6), "not RGB or RGBA"
    size = 3 if colour == 2 else 4
    raw, stride = zlib.decompress(packed), width * size
    above, rows = bytearray(stride), []
    for y in range(height):
        kind = raw[y * (stride + 1)]
        row = bytearray(raw[y * (stride + 1) + 1:(y + 1) * (stride + 1)])
        for i in range(stride):
            a = row[i - size] if i >= size else 0
            b = above[i]
            if kind == 1:
                row[i] = (row[i] + a) & 255
            elif kind == 2:
                row[i] = (row[i] + b) & 255
            elif kind == 3:
                row[i] = (row[i] + (a + b) // 2) & 255
            elif kind == 4:
                c = above[i - size] if i >= size else 0
                p, q, r = abs(b - c), abs(a - c), abs(a + b - 2 * c)
                near = a if p <= q and p <= r else b if q <= r else c
                row[i] = (row[i] + near) & 255
        rows.append(row)
        above = row
    return width, height, size, rows


def main():
    width, height, size, rows = pixels(sys.argv[1])
    assert width >= 1000 and height >= 1000, (width, height)
    blue = orange = plain = total = 0
    for row in rows:
        for i in range(0, len(row), size):
            r, g, b = row[i:i + 3]
            total += 1
            blue += b > 180 and r < 140 and b - r > 90
            orange += r > 150 and b < 110 and r - b > 90
            plain += max(r, g, b) - min(r, g, b) < 24
    assert plain > 0.7 * total, "no page"
    assert blue > 1000, "no curve: %d pixels" % blue
    assert orange > 300, "no histogram of label 0: %d pixels" % orange


main()

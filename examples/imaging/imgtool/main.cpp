// imgtool: small filters on PPM and PGM files.
#include <algorithm>
#include <iostream>
#include <stdexcept>
#include <string>
#include <vector>

#include <codec.h>
#include <filters.h>
#include <imaging/pixel.hpp>

#include "plugin.hpp"

using imaging::Gray;
using imaging::Image;
using imaging::Rgb;

namespace {

const char usage[] =
    "usage: imgtool gradient WIDTH HEIGHT OUT     make an image to play with\n"
    "       imgtool info IN                       say what it is\n"
    "       imgtool gray|blur|brighten IN OUT     filters that are built in\n"
    "       imgtool [--plugins DIR] NAME IN OUT   the filter DIR/NAME.so\n";

void require(const std::string &path, codec_status status) {
    if (status != CODEC_OK) {
        throw std::runtime_error(path + " " + codec_message(status));
    }
}

// An image of the codec's, freed at the end of its scope.
struct Loaded : codec_image {
    explicit Loaded(const std::string &path) : codec_image() { require(path, codec_read(path.c_str(), this)); }
    ~Loaded() { codec_release(this); }
    Loaded(const Loaded &) = delete;
    Loaded &operator=(const Loaded &) = delete;
};

// A file as a colour image; the channels of a gray one are all the same.
Image<Rgb> read(const std::string &path) {
    Loaded file(path);
    Image<Rgb> image(file.width, file.height);
    for (std::size_t i = 0; i < image.count(); i++) {
        const std::uint8_t *p = file.samples + i * file.channels;
        image.at(i % file.width, i / file.width) = file.channels == 3 ? Rgb{p[0], p[1], p[2]} : Rgb{p[0], p[0], p[0]};
    }
    return image;
}

template <class Pixel>
void write(const std::string &path, const Image<Pixel> &image) {
    require(path, codec_write(path.c_str(), image.width(), image.height(), image.channels(), image.bytes()));
}

Image<Rgb> gradient(std::size_t width, std::size_t height) {
    Image<Rgb> image(width, height);
    for (std::size_t y = 0; y < height; y++) {
        for (std::size_t x = 0; x < width; x++) {
            auto part = [](std::size_t i, std::size_t n) { return static_cast<std::uint8_t>(i * 255 / std::max<std::size_t>(n - 1, 1)); };
            image.at(x, y) = {part(x, width), part(y, height), part(x + y, width + height)};
        }
    }
    return image;
}

Image<Rgb> blurred(const Image<Rgb> &image) {
    Image<Rgb> result(image.width(), image.height());
    filters_blur(image.bytes(), result.bytes(), image.width(), image.height(), image.channels(), 2);
    return result;
}

int run(std::vector<std::string> words) {
    std::string plugins = ".";
    if (words.size() > 2 && words[0] == "--plugins") {
        plugins = words[1];
        words.erase(words.begin(), words.begin() + 2);
    }
    std::string command = words.empty() ? "" : words[0];
    if (command == "gradient" && words.size() == 4) {
        write(words[3], gradient(std::stoul(words[1]), std::stoul(words[2])));
    } else if (command == "info" && words.size() == 2) {
        Loaded file(words[1]);
        std::cout << file.width << " x " << file.height << ", " << file.channels
                  << (file.channels == 1 ? " channel\n" : " channels\n");
    } else if (words.size() == 3) {
        Image<Rgb> image = read(words[1]);
        if (command == "gray") {
            write(words[2], image.map(imaging::luminance));
            return 0;
        }
        if (command == "blur") {
            image = blurred(image);
        } else if (command == "brighten") {
            filters_brighten(image.bytes(), image.count() * image.channels(), 1.5);
        } else {
            apply_plugin(plugins, command, image);
        }
        write(words[2], image);
    } else {
        std::cerr << usage;
        return 2;
    }
    return 0;
}

}  // namespace

int main(int argc, char **argv) {
    try {
        return run({argv + 1, argv + argc});
    } catch (const std::exception &e) {
        std::cerr << "imgtool: " << e.what() << "\n";
        return 1;
    }
}

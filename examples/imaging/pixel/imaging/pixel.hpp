// Pixels and images as values. Header-only: its templates and inline functions end up in whatever includes it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <vector>

namespace imaging {

struct Rgb {
    std::uint8_t red, green, blue;
};

struct Gray {
    std::uint8_t value;
};

// Rec. 709 weights in 1/256; they sum up to 256, so that white stays white.
inline constexpr unsigned weight_red = 54, weight_green = 183, weight_blue = 19;

constexpr Gray luminance(Rgb p) {
    return {static_cast<std::uint8_t>((weight_red * p.red + weight_green * p.green + weight_blue * p.blue) / 256)};
}

// A rectangle of pixels, row by row, the first row on top. Pixel must be bytes only: see bytes().
template <class Pixel>
class Image {
public:
    Image(std::size_t width, std::size_t height) : width_(width), pixels_(width * height) {
        if (pixels_.empty()) {
            throw std::invalid_argument("an image needs at least one pixel");
        }
    }

    std::size_t width() const { return width_; }
    std::size_t height() const { return pixels_.size() / width_; }
    std::size_t count() const { return pixels_.size(); }

    Pixel &at(std::size_t x, std::size_t y) { return pixels_[y * width_ + x]; }
    const Pixel &at(std::size_t x, std::size_t y) const { return pixels_[y * width_ + x]; }

    // The samples as the C libraries want them: interleaved channels.
    std::uint8_t *bytes() { return reinterpret_cast<std::uint8_t *>(pixels_.data()); }
    const std::uint8_t *bytes() const { return reinterpret_cast<const std::uint8_t *>(pixels_.data()); }
    static constexpr std::size_t channels() { return sizeof(Pixel); }

    template <class Function>
    auto map(Function function) const -> Image<decltype(function(Pixel{}))> {
        Image<decltype(function(Pixel{}))> result(width(), height());
        for (std::size_t y = 0; y < height(); y++) {
            for (std::size_t x = 0; x < width(); x++) {
                result.at(x, y) = function(at(x, y));
            }
        }
        return result;
    }

private:
    std::size_t width_;
    std::vector<Pixel> pixels_;
};

}  // namespace imaging

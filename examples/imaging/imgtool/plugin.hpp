// A plugin: a shared object that is found by its name while the program runs.
#pragma once

#include <string>

#include <imaging/pixel.hpp>

// Applies folder/name.so to an image. Throws std::runtime_error with what is wrong, if it can't be used.
void apply_plugin(const std::string &folder, const std::string &name, imaging::Image<imaging::Rgb> &image);

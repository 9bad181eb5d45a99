#include "plugin.hpp"

#include <dlfcn.h>

#include <memory>
#include <stdexcept>

#include <plugin_api.h>

namespace {

struct Close {
    void operator()(void *library) const { dlclose(library); }
};

}  // namespace

void apply_plugin(const std::string &folder, const std::string &name, imaging::Image<imaging::Rgb> &image) {
    std::string path = folder + "/" + name + ".so";
    std::unique_ptr<void, Close> library(dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL));
    if (!library) {
        throw std::runtime_error("no filter " + name + ": " + dlerror());
    }
    auto plugin = static_cast<const struct imgtool_plugin *>(dlsym(library.get(), "imgtool_plugin"));
    if (plugin == nullptr) {
        throw std::runtime_error(path + " is no plugin: " + dlerror());
    }
    // Nothing but the version may be read before it is known to be ours.
    if (plugin->api_version != PLUGIN_API_VERSION) {
        throw std::runtime_error(path + " is made for version " + std::to_string(plugin->api_version) + ", not "
            + std::to_string(PLUGIN_API_VERSION));
    }
    plugin->apply(image.bytes(), image.count());
}

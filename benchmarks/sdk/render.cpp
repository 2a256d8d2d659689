// SPDX-License-Identifier: Apache-2.0
//
// Dumps what Adobe's DNG SDK makes of one file, so that our own reader and
// renderer can be compared with it step by step.  Test and benchmark use only:
// nothing of the SDK is part of Lichtbild.
//
//   render IN.dng OUT_PREFIX [--stage1] [--stage2] [--stage3] [--final]
//          [--profiles] [--float] [--masks] [--enhanced]
//          [--space srgb|adobergb|p3|rec2020|prophoto] [--white X Y]
//          [--exposure EV] [--shadows S] [--max-size N]
//
// Pictures are written as .npy (rows, columns, planes); OUT_PREFIX.info.json
// is always written.  Without a picture option, --stage1 --stage2 --stage3
// --final is meant.

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <fstream>
#include <iomanip>
#include <iostream>
#include <limits>
#include <memory>
#include <set>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "dng_camera_profile.h"
#include "dng_color_space.h"
#include "dng_color_spec.h"
#include "dng_exceptions.h"
#include "dng_file_stream.h"
#include "dng_gain_map.h"
#include "dng_globals.h"
#include "dng_host.h"
#include "dng_ifd.h"
#include "dng_image.h"
#include "dng_info.h"
#include "dng_linearization_info.h"
#include "dng_mosaic_info.h"
#include "dng_negative.h"
#include "dng_opcode_list.h"
#include "dng_opcodes.h"
#include "dng_pixel_buffer.h"
#include "dng_render.h"
#include "dng_temperature.h"
#include "dng_xmp_sdk.h"

namespace {

// ---------------------------------------------------------------- options --

struct Options {
    std::string input, prefix, space = "srgb";
    std::set<std::string> flags;
    double exposure = 0.0, shadows = -1.0, whiteX = 0.0, whiteY = 0.0;
    uint32 maxSize = 0;
    bool has(const char *flag) const { return flags.count(flag) != 0; }
};

Options parseOptions(int argc, char **argv) {
    std::vector<std::string> words(argv + 1, argv + argc);
    Options options;
    std::vector<std::string> paths;
    size_t at = 0;
    auto next = [&]() -> const std::string & {
        if (++at >= words.size()) throw std::runtime_error("an option lacks its value");
        return words[at];
    };
    for (; at < words.size(); ++at) {
        const std::string &word = words[at];
        if (word == "--space") options.space = next();
        else if (word == "--exposure") options.exposure = std::stod(next());
        else if (word == "--shadows") options.shadows = std::stod(next());
        else if (word == "--max-size") options.maxSize = (uint32) std::stoul(next());
        else if (word == "--white") {
            options.whiteX = std::stod(next());
            options.whiteY = std::stod(next());
        }
        else if (word.rfind("--", 0) == 0) options.flags.insert(word.substr(2));
        else paths.push_back(word);
    }
    if (paths.size() != 2) throw std::runtime_error("usage: render IN.dng OUT_PREFIX [options]");
    options.input = paths[0];
    options.prefix = paths[1];
    bool picture = false;
    for (const char *flag : {"stage1", "stage2", "stage3", "final", "profiles"})
        picture = picture || options.has(flag);
    if (!picture) options.flags.insert({"stage1", "stage2", "stage3", "final"});
    return options;
}

const dng_color_space &spaceByName(const std::string &name) {
    if (name == "srgb") return dng_space_sRGB::Get();
    if (name == "adobergb") return dng_space_AdobeRGB::Get();
    if (name == "p3") return dng_space_DisplayP3::Get();
    if (name == "rec2020") return dng_space_Rec2020::Get();
    if (name == "prophoto") return dng_space_ProPhoto::Get();
    throw std::runtime_error("unknown colour space " + name);
}

// ------------------------------------------------------------------- JSON --

std::string number(double value) {
    if (!(value == value) || value > 1e300 || value < -1e300) return "null";
    std::ostringstream out;
    out << std::setprecision(std::numeric_limits<double>::max_digits10) << value;
    return out.str();
}

std::string quoted(const char *text) {
    std::ostringstream out;
    out << '"';
    for (const unsigned char *c = (const unsigned char *) (text ? text : ""); *c; ++c) {
        if (*c == '"' || *c == '\\') out << '\\' << *c;
        else if (*c < 0x20) out << "\\u" << std::hex << std::setw(4) << std::setfill('0') << (int) *c;
        else out << *c;
    }
    out << '"';
    return out.str();
}

std::string list(const std::vector<std::string> &items) {
    std::string text = "[";
    for (size_t i = 0; i < items.size(); ++i) text += (i ? ", " : "") + items[i];
    return text + "]";
}

std::string list(const dng_vector &v) {
    std::vector<std::string> items;
    for (uint32 i = 0; i < v.Count(); ++i) items.push_back(number(v[i]));
    return list(items);
}

std::string list(const dng_matrix &m) {
    std::vector<std::string> rows;
    for (uint32 r = 0; r < m.Rows(); ++r) {
        std::vector<std::string> row;
        for (uint32 c = 0; c < m.Cols(); ++c) row.push_back(number(m[r][c]));
        rows.push_back(list(row));
    }
    return list(rows);
}

std::string list(const dng_rect &r) {  // top, left, bottom, right: as in the tags
    return list({number(r.t), number(r.l), number(r.b), number(r.r)});
}

std::string xy(const dng_xy_coord &white) { return list({number(white.x), number(white.y)}); }

class Object {
  public:
    Object &add(const std::string &key, const std::string &json) {
        text_ += (text_.empty() ? "" : ",\n") + quoted(key.c_str()) + ": " + json;
        return *this;
    }
    Object &add(const std::string &key, double value) { return add(key, number(value)); }
    std::string str() const { return "{\n" + text_ + "\n}"; }
  private:
    std::string text_;
};

// --------------------------------------------------------------- pictures --

const char *npyType(uint32 pixelType) {
    switch (pixelType) {
        case ttByte: return "|u1";
        case ttShort: return "<u2";
        case ttSShort: return "<i2";
        case ttLong: return "<u4";
        case ttFloat: return "<f4";
        default: throw std::runtime_error("a pixel type that .npy has no name for here");
    }
}

// The .npy header is padded with blanks to a multiple of 64 bytes, as the
// format asks, so that the pixels can be mapped into memory.
std::string npyHeader(const dng_image &image) {
    std::ostringstream dict;
    dict << "{'descr': '" << npyType(image.PixelType()) << "', 'fortran_order': False, 'shape': ("
         << image.Height() << ", " << image.Width() << ", " << image.Planes() << "), }";
    std::string text = dict.str();
    text.append(63 - (10 + text.size()) % 64, ' ');
    text += '\n';
    const char start[] = {'\x93', 'N', 'U', 'M', 'P', 'Y', 1, 0,
                          (char) (text.size() & 255), (char) (text.size() >> 8)};
    return std::string(start, sizeof start) + text;
}

// One row at a time: a 61 megapixel picture need not be held a second time.
void writeImage(const dng_image *image, const std::string &path) {
    if (!image) return;
    std::ofstream file(path, std::ios::binary);
    file << npyHeader(*image);
    const dng_rect bounds = image->Bounds();
    const size_t rowBytes = (size_t) image->Width() * image->Planes() * image->PixelSize();
    std::vector<char> row(rowBytes);
    for (int32 y = bounds.t; y < bounds.b; ++y) {
        dng_pixel_buffer buffer(dng_rect(y, bounds.l, y + 1, bounds.r), 0, image->Planes(),
                                image->PixelType(), pcInterleaved, row.data());
        image->Get(buffer);
        file.write(row.data(), (std::streamsize) rowBytes);
    }
    if (!file.flush()) throw std::runtime_error("cannot write " + path);
}

// ------------------------------------------------------------ description --

std::string describe(const dng_opcode_list &opcodes) {
    std::vector<std::string> items;
    for (uint32 i = 0; i < opcodes.Count(); ++i) {
        const dng_opcode &opcode = opcodes.Entry(i);
        items.push_back(Object().add("id", opcode.OpcodeID()).add("min_version", opcode.MinVersion())
                            .add("flags", opcode.Flags()).str());
    }
    return list(items);
}

std::string describe(const dng_hue_sat_map &map) {
    uint32 hues = 0, sats = 0, vals = 0;
    map.GetDivisions(hues, sats, vals);
    return map.IsValid() ? list({number(hues), number(sats), number(vals)}) : "null";
}

std::string describe(const dng_gain_table_map &map) {
    std::vector<std::string> weights;
    for (int i = 0; i < 5; ++i) weights.push_back(number(map.MapInputWeights()[i]));
    return Object().add("points", list({number(map.Points().v), number(map.Points().h)}))
        .add("spacing", list({number(map.Spacing().v), number(map.Spacing().h)}))
        .add("origin", list({number(map.Origin().v), number(map.Origin().h)}))
        .add("table_points", map.NumTablePoints()).add("weights", list(weights))
        .add("data_type", map.DataType()).add("gamma", map.Gamma())
        .add("gain_min", map.GainMin()).add("gain_max", map.GainMax()).str();
}

std::string describe(const dng_tone_curve &curve) {
    std::vector<std::string> points;
    for (const dng_point_real64 &point : curve.fCoord)
        points.push_back(list({number(point.h), number(point.v)}));
    return list(points);
}

dng_xy_coord asShotWhite(const dng_negative &negative, dng_color_spec &spec) {
    if (negative.HasCameraNeutral()) return spec.NeutralToXY(negative.CameraNeutral());
    return negative.HasCameraWhiteXY() ? negative.CameraWhiteXY() : D55_xy_coord();
}

void describeColor(Object &out, const dng_negative &negative, const dng_camera_profile_id &id,
                   const Options &options) {
    std::unique_ptr<dng_color_spec> spec(negative.MakeColorSpec(id));
    const dng_xy_coord white = options.whiteX > 0 ? dng_xy_coord(options.whiteX, options.whiteY)
                                                  : asShotWhite(negative, *spec);
    spec->SetWhiteXY(white);
    const dng_temperature temperature(white);
    out.add("white_xy", xy(white)).add("temperature", temperature.Temperature())
        .add("tint", temperature.Tint()).add("camera_white", list(spec->CameraWhite()))
        .add("camera_to_pcs", list(spec->CameraToPCS())).add("pcs_to_camera", list(spec->PCStoCamera()))
        .add("camera_to_prophoto",
             list(dng_space_ProPhoto::Get().MatrixFromPCS() * spec->CameraToPCS()));
}

std::string describe(const dng_negative &negative, const dng_camera_profile &profile,
                     const Options &options) {
    Object out;
    out.add("name", quoted(profile.Name().Get())).add("group", quoted(profile.GroupName().Get()))
        .add("hdr", profile.IsHDR() ? "true" : "false")
        .add("illuminants", list({number(profile.CalibrationIlluminant1()),
                                  number(profile.CalibrationIlluminant2()),
                                  number(profile.CalibrationIlluminant3())}))
        .add("illuminant_temperatures", list({number(profile.CalibrationTemperature1()),
                                              number(profile.CalibrationTemperature2()),
                                              number(profile.CalibrationTemperature3())}))
        .add("color_matrices", list({list(profile.ColorMatrix1()), list(profile.ColorMatrix2()),
                                     list(profile.ColorMatrix3())}))
        .add("forward_matrices", list({list(profile.ForwardMatrix1()), list(profile.ForwardMatrix2()),
                                       list(profile.ForwardMatrix3())}))
        .add("hue_sat_maps", list({describe(profile.HueSatDeltas1()), describe(profile.HueSatDeltas2()),
                                   describe(profile.HueSatDeltas3())}))
        .add("hue_sat_encoding", profile.HueSatMapEncoding())
        .add("look_table", describe(profile.LookTable()))
        .add("look_encoding", profile.LookTableEncoding())
        .add("tone_curve", describe(profile.ToneCurve()))
        .add("default_black_render", profile.DefaultBlackRender())
        .add("baseline_exposure_offset", profile.BaselineExposureOffset().As_real64())
        .add("total_baseline_exposure", negative.TotalBaselineExposure(profile.ProfileID()))
        .add("rgb_tables", profile.HasMaskedRGBTables() ? "true" : "false")
        .add("gain_table_map", profile.HasProfileGainTableMap()
                                   ? describe(*profile.ShareProfileGainTableMap()) : "null");
    describeColor(out, negative, profile.ProfileID(), options);
    return out.str();
}

// Facts that are only there before the stages are built (the SDK throws them
// away as it goes).
void describeRaw(Object &out, const dng_negative &negative) {
    out.add("opcodes", list({describe(negative.OpcodeList1()), describe(negative.OpcodeList2()),
                             describe(negative.OpcodeList3())}));
    if (const dng_linearization_info *linear = negative.GetLinearizationInfo()) {
        std::vector<std::string> black, white;
        for (uint32 r = 0; r < linear->fBlackLevelRepeatRows; ++r)
            for (uint32 c = 0; c < linear->fBlackLevelRepeatCols; ++c)
                for (uint32 p = 0; p < negative.Stage1Image()->Planes(); ++p)
                    black.push_back(number(linear->fBlackLevel[r][c][p]));
        for (uint32 p = 0; p < negative.Stage1Image()->Planes(); ++p)
            white.push_back(number(linear->fWhiteLevel[p]));
        out.add("active_area", list(linear->fActiveArea)).add("black_level", list(black))
            .add("black_repeat", list({number(linear->fBlackLevelRepeatRows),
                                       number(linear->fBlackLevelRepeatCols)}))
            .add("white_level", list(white))
            .add("linearization_table", linear->fLinearizationTable.Get()
                     ? number(linear->fLinearizationTable->LogicalSize() / 2) : "null");
    }
}

void describeResult(Object &out, const dng_negative &negative, const Options &options) {
    out.add("model", quoted(negative.ModelName().Get()))
        .add("digest_mismatch", negative.IsDamaged() ? "true" : "false")
        .add("monochrome", negative.IsMonochrome() ? "true" : "false")
        .add("output_referred", negative.IsOutputReferred() ? "true" : "false")
        .add("baseline_exposure", negative.BaselineExposure())
        .add("shadow_scale", negative.ShadowScale())
        .add("linear_response_limit", negative.LinearResponseLimit())
        .add("stage3_gain", negative.Stage3Gain())
        .add("stage3_black_level", negative.Stage3BlackLevel())
        .add("default_crop", list(negative.DefaultCropArea()))
        .add("final_size", list({number(negative.DefaultFinalHeight()),
                                 number(negative.DefaultFinalWidth())}))
        .add("camera_neutral", negative.HasCameraNeutral() ? list(negative.CameraNeutral()) : "null")
        .add("camera_white_xy", negative.HasCameraWhiteXY() ? xy(negative.CameraWhiteXY()) : "null")
        .add("gain_table_map", negative.HasProfileGainTableMap()
                                   ? describe(negative.ProfileGainTableMap()) : "null");
    std::vector<std::string> masks, profiles;
    for (uint32 i = 0; i < negative.NumSemanticMasks(); ++i)
        masks.push_back(quoted(negative.SemanticMask(i).fName.Get()));
    for (uint32 i = 0; i < negative.ProfileCount(); ++i)
        profiles.push_back(describe(negative, negative.ProfileByIndex(i), options));
    out.add("semantic_masks", list(masks)).add("profiles", list(profiles));
}

// ------------------------------------------------------------------- work --

bool readNegative(dng_host &host, dng_negative &negative, const Options &options) {
    dng_file_stream stream(options.input.c_str());
    dng_info info;
    info.Parse(host, stream);
    info.PostParse(host);
    if (!info.IsValidDNG()) throw std::runtime_error("not a valid DNG");
    negative.Parse(host, stream, info);
    negative.PostParse(host, stream, info);
    const bool enhanced = options.has("enhanced") && info.fEnhancedIndex != -1;
    if (enhanced) {
        negative.ReadEnhancedImage(host, stream, info);
    } else {
        negative.ReadStage1Image(host, stream, info);
        negative.ValidateRawImageDigest(host);
    }
    if (info.fMaskIndex != -1) negative.ReadTransparencyMask(host, stream, info);
    negative.ReadSemanticMasks(host, stream, info);
    negative.SynchronizeMetadata();
    return !enhanced;
}

// profile == nullptr leaves the choice to the SDK: its first embedded one.
void renderFinal(dng_host &host, const dng_negative &negative, const Options &options,
                 const dng_camera_profile *profile, const std::string &name) {
    for (uint32 type : {(uint32) ttShort, (uint32) ttFloat}) {
        if (type == ttFloat && !options.has("float")) continue;
        dng_render render(host, negative);
        render.SetFinalSpace(spaceByName(options.space));
        render.SetFinalPixelType(type);
        render.SetExposure(options.exposure);
        if (options.shadows >= 0.0) render.SetShadows(options.shadows);
        if (options.whiteX > 0.0) render.SetWhiteXY(dng_xy_coord(options.whiteX, options.whiteY));
        if (options.maxSize) render.SetMaximumSize(options.maxSize);
        if (profile) render.SetCameraProfileID(profile->ProfileID());
        std::unique_ptr<dng_image> image(render.Render());
        writeImage(image.get(), options.prefix + name + (type == ttFloat ? "_float.npy" : ".npy"));
    }
}

void work(const Options &options) {
    spaceByName(options.space);  // complain before the long part
    dng_host host;
    std::unique_ptr<dng_negative> negative(host.Make_dng_negative());
    Object info;
    if (readNegative(host, *negative, options)) {
        describeRaw(info, *negative);
        if (options.has("stage1")) writeImage(negative->Stage1Image(), options.prefix + "stage1.npy");
        negative->BuildStage2Image(host);
        if (options.has("stage2")) writeImage(negative->Stage2Image(), options.prefix + "stage2.npy");
        negative->BuildStage3Image(host);
    }
    if (options.has("stage3")) writeImage(negative->Stage3Image(), options.prefix + "stage3.npy");
    describeResult(info, *negative, options);
    std::ofstream(options.prefix + "info.json") << info.str() << "\n";
    if (options.has("masks")) {
        writeImage(negative->TransparencyMask(), options.prefix + "transparency.npy");
        for (uint32 i = 0; i < negative->NumSemanticMasks(); ++i)
            writeImage(negative->SemanticMask(i).fMask.get(),
                       options.prefix + "mask" + std::to_string(i) + ".npy");
    }
    if (options.has("final")) renderFinal(host, *negative, options, nullptr, "final");
    if (options.has("profiles"))
        for (uint32 i = 0; i < negative->ProfileCount(); ++i)
            renderFinal(host, *negative, options, &negative->ProfileByIndex(i),
                        "final_p" + std::to_string(i));
}

}  // namespace

int main(int argc, char **argv) {
    try {
        const Options options = parseOptions(argc, argv);
        gDNGShowTimers = false;
        dng_xmp_sdk::InitializeSDK();
        work(options);
        dng_xmp_sdk::TerminateSDK();
        return 0;
    } catch (const dng_exception &problem) {
        std::cerr << "render: the DNG SDK gave up with error " << problem.ErrorCode() << "\n";
    } catch (const std::exception &problem) {
        std::cerr << "render: " << problem.what() << "\n";
    }
    return 1;
}

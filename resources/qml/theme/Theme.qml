pragma Singleton
import QtQuick

// Every colour, size and time of the window: nothing is chosen elsewhere.
QtObject {
    readonly property bool dark: app.theme === "dark"
    readonly property real scale: app.text_scale
    readonly property int fast: app.motion ? 120 : 0

    // one neutral scale
    readonly property color canvas: dark ? "#0F1217" : "#F4F5F8"
    readonly property color surface: dark ? "#171B22" : "#FFFFFF"
    readonly property color sunken: dark ? "#1F242D" : "#ECEEF3"
    readonly property color pressed: dark ? "#2A303B" : "#DFE3EA"
    readonly property color line: dark ? "#2C333F" : "#DCE0E8"
    readonly property color edge: dark ? "#717D90" : "#7C8698"
    readonly property color ink: dark ? "#F3F5F9" : "#10151D"
    readonly property color soft: dark ? "#B4BECC" : "#465062"
    readonly property color scrim: dark ? "#B3000000" : "#80101521"

    // one accent
    readonly property color accent: dark ? "#9DB0FF" : "#2D43C6"
    readonly property color accentPressed: dark ? "#B9C6FF" : "#2335A3"
    readonly property color accentInk: dark ? "#0C1233" : "#FFFFFF"
    readonly property color accentSoft: dark ? "#222A4D" : "#E7EAFC"

    // three meanings
    readonly property color good: dark ? "#74DDAA" : "#0A6240"
    readonly property color goodSoft: dark ? "#13301F" : "#E2F4EA"
    readonly property color attention: dark ? "#FFC670" : "#7E4400"
    readonly property color attentionSoft: dark ? "#36270D" : "#FFF0D9"
    readonly property color problem: dark ? "#FFA19A" : "#A61F18"
    readonly property color problemSoft: dark ? "#3B1815" : "#FDE9E7"

    // four sizes of one family
    readonly property string family: fonts.text
    readonly property int small: Math.round(13 * scale)
    readonly property int body: Math.round(15 * scale)
    readonly property int title: Math.round(20 * scale)
    readonly property int display: Math.round(34 * Math.min(scale, 1.6))

    // an 8-pixel grid
    readonly property int unit: 8
    readonly property int touch: Math.max(48, Math.round(40 * scale))
    readonly property int payTouch: Math.max(72, Math.round(60 * scale))
    readonly property int radius: 10
    readonly property int radiusSmall: 6

    function meaning(name) {
        return name === "good" ? good : name === "attention" ? attention : name === "problem" ? problem
             : name === "accent" ? accent : soft
    }
    function meaningSoft(name) {
        return name === "good" ? goodSoft : name === "attention" ? attentionSoft
             : name === "problem" ? problemSoft : name === "accent" ? accentSoft : sunken
    }
    function meaningIcon(name) {
        return name === "good" ? "check-circle" : name === "attention" ? "alert"
             : name === "problem" ? "alert-octagon" : "information-outline"
    }
}

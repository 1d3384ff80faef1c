import QtQuick
import "../theme"

Text {
    property string name: ""
    property real size: 22

    color: Theme.soft
    font.family: fonts.icons
    font.pixelSize: Math.round(size * Math.min(Theme.scale, 1.5))
    horizontalAlignment: Text.AlignHCenter
    verticalAlignment: Text.AlignVCenter
    text: glyphs[name] || ""
    Accessible.ignored: true
}

import QtQuick
import "../theme"

Text {
    property bool muted: false
    property bool strong: false

    color: muted ? Theme.soft : Theme.ink
    elide: wrapMode === Text.NoWrap ? Text.ElideRight : Text.ElideNone
    font.family: Theme.family
    font.pixelSize: Theme.body
    font.weight: strong ? Font.DemiBold : Font.Medium
    font.features: { "tnum": 1 }
    textFormat: Text.PlainText
    verticalAlignment: Text.AlignVCenter
}

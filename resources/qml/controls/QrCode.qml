import QtQuick

// A QR code, dark on white whatever the theme: that is what cameras read. Its modules are whole pixels.
Rectangle {
    id: code
    property string text: ""
    property string about: ""
    readonly property var drawn: qr.code(text)
    readonly property int module: drawn.size ? Math.max(1, Math.floor(Math.min(width, height) / drawn.size)) : 0

    color: "#FFFFFF"
    Accessible.name: about
    Accessible.role: Accessible.Graphic
    Item {
        anchors.centerIn: parent
        height: code.module * (code.drawn.size || 0)
        width: height
        Repeater {
            model: code.drawn.runs || []
            Rectangle {
                required property var modelData
                antialiasing: false
                color: "#000000"
                height: code.module
                width: modelData.length * code.module
                x: modelData.x * code.module
                y: modelData.y * code.module
            }
        }
    }
}

import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import "../../theme"
import "../../controls"

// The code over the whole window, turned to the customer.
Popup {
    id: sheet
    property string link: ""

    parent: Overlay.overlay
    height: parent ? parent.height : 0
    width: parent ? parent.width : 0
    modal: true
    focus: true
    padding: 24
    closePolicy: Popup.CloseOnEscape
    background: Rectangle { color: Theme.surface }
    visible: link !== ""
    onClosed: app.hide_code()
    onOpened: done.forceActiveFocus()
    contentItem: ColumnLayout {
        spacing: 16
        AppText { Layout.fillWidth: true; font.pixelSize: Math.round(Theme.title * 1.4); horizontalAlignment: Text.AlignHCenter; strong: true; text: qsTr("Please scan this code with your phone"); wrapMode: Text.Wrap }
        QrCode {
            Layout.alignment: Qt.AlignHCenter
            Layout.fillHeight: true
            Layout.preferredWidth: Math.min(height, sheet.width - 48)
            about: qsTr("Code with the link to finish the order")
            radius: Theme.radius
            text: sheet.link
        }
        AppText { Layout.fillWidth: true; font.pixelSize: Theme.small; horizontalAlignment: Text.AlignHCenter; muted: true; text: sheet.link; wrapMode: Text.WrapAnywhere }
        ActionButton { id: done; Layout.alignment: Qt.AlignHCenter; Layout.preferredHeight: Theme.payTouch; Layout.preferredWidth: Math.min(360, sheet.width - 48); shortcut: "Esc"; text: qsTr("Done"); variant: "primary"; onClicked: sheet.close() }
    }
}

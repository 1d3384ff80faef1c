import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import "../../theme"
import "../../controls"

// All kinds of one product, and the weight of weighed goods.
Sheet {
    id: sheet
    required property var vm
    readonly property var product: vm.choosing
    readonly property bool weighed: !!product.variants && product.variants.some(row => row.weighed)

    subtitle: weighed ? qsTr("Enter the weight, then choose.") : qsTr("Which one?")
    title: product.title || ""
    visible: !!product.id
    onClosed: vm.close_sheet()

    Field {
        id: weight
        Layout.fillWidth: true
        focus: visible
        iconName: "scale"
        inputMethodHints: Qt.ImhFormattedNumbersOnly
        label: qsTr("Weight in %1").arg(sheet.weighed ? sheet.product.variants[0].unit : "")
        visible: sheet.weighed
        wrong: text !== "" && !/^[0-9]+([.,][0-9]+)?$/.test(text)
    }
    ListView {
        id: list
        Layout.fillHeight: true
        Layout.fillWidth: true
        clip: true
        model: sheet.product.variants || []
        spacing: 8
        delegate: ItemDelegate {
            id: row
            required property var modelData
            readonly property bool ready: !modelData.weighed || (weight.text !== "" && !weight.wrong)
            enabled: ready
            focusPolicy: Qt.StrongFocus
            height: Math.max(64, inside.implicitHeight + 16)
            width: list.width
            Accessible.name: modelData.title
            Keys.onReturnPressed: click()
            onClicked: { sheet.vm.take(modelData.id, modelData.weighed ? weight.text.replace(",", ".") : "1"); weight.clear() }
            background: Card { color: row.down ? Theme.pressed : row.hovered ? Theme.sunken : Theme.surface; FocusRing { around: row } }
            contentItem: RowLayout {
                id: inside
                spacing: 12
                ColumnLayout {
                    Layout.fillWidth: true
                    Layout.leftMargin: 8
                    spacing: 2
                    AppText { Layout.fillWidth: true; strong: true; text: row.modelData.title }
                    AppText {
                        Layout.fillWidth: true
                        color: row.modelData.stock_state === "out" ? Theme.problem : Theme.soft
                        font.pixelSize: Theme.small
                        text: (fmt.locale, row.modelData.stock_state === "out" ? qsTr("Sold out") : qsTr("%1 left").arg(fmt.quantity(row.modelData.stock)))
                            + (row.modelData.sku ? " · " + row.modelData.sku : "")
                    }
                }
                MoneyText { Layout.rightMargin: 8; amount: row.modelData.price; currency: row.modelData.currency; strong: true }
            }
        }
    }
}
